"""What a line says, in either language: the cues that signs are made of."""

from __future__ import annotations

import re

from dualcross.patterns import late

_I = re.IGNORECASE
#: the first names are of the features that they become; order tells nothing
CUES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "select",
        late(
            r"冲刺|争创|备战|角逐|力争|有望|瞄准|入选|上榜|获评|跻身|获批|获准|入列|在列|晋级|加入|进入|揭晓|授牌|领牌|捧回|拿下|认定|名列|榜上有名|通过评审|新面孔|新成员|新增|新晋|扩容|\b(?:selected|chosen|named|added|joins?|joined|admitted|newcomers?|additions?|entrants?|recogni[sz]ed|won|wins|secured|made the|earned|gained|enters?|entered|debut|inducted|listed|included)\b",
            _I,
        ),
    ),
    (
        "list",
        late(
            r"名单|清单|榜|公布|发布|公告|通知|\b(?:list|roster|roll|register|annex|notice|table|published|released|announced|unveiled)\b",
            _I,
        ),
    ),
    (
        "public",
        late(
            r"公示|拟入选|拟新增|拟确定|异议|\b(?:proposed|public notice|publici[sz]\w+|objections?|comment|draft|candidates?|provisional)\b",
            _I,
        ),
    ),
    (
        "proposed",
        late(
            r"拟(?:入选|新增|确定|认定|列入|增补|定|保留|移出|退出|调出|撤销|取消)|有异议|提出异议|公示期[^,。]{0,14}(?:至|到|止|结束)|正在公示|公示中|等待.{0,6}(?:公布|结果)|\b(?:proposed|provisional\w*|draft list|can object|to object|objections? (?:can|may|must|should)|still (?:open|subject)|until \w+ \d|public notice)\b",
            _I,
        ),
    ),
    (
        "final",
        late(
            r"正式|最终|公示(?:期满|结束|无异议|后)|经公示|印发|授牌|揭晓|尘埃落定|落定|敲定|获准|\b(?:final\w*|official\w*|definitive|decision|after (?:the |a )?(?:public|objection|notice)|confirmed|took effect|plaques?)\b",
            _I,
        ),
    ),
    ("recommend", re.compile(r"推荐|择优|上报|\b(?:recommend\w*|nominat\w*|put forward|shortlist\w*)\b", _I)),
    (
        "removed",
        late(
            r"移出|退出|调出|撤销|取消|除名|不再列入|未通过|摘牌|出局|\b(?:removed|dropped|struck|delisted|withdr\w+|revoked|stripped|lost|failed|expelled|axed)\b",
            _I,
        ),
    ),
    (
        "again",
        late(
            r"再次|再度|连续|蝉联|保留|通过.{0,12}(?:评价|复核|复评|评估)|\b(?:again|retain\w*|kept|keeps|passed|renew\w*|re-?elected|remain\w*|consecutive|survived)\b",
            _I,
        ),
    ),
    (
        "rank",
        late(
            r"位列|位居|排名|名次|位次|排序|得分|第[一二三四五六七八九十\d]+(?![批届次期年家个轮季]|代)|前[一二三四五六七八九十\d]+[名位强]?|榜首|头名|垫底|上升|升至|跃升|\b(?:rank\w*|\w+ place|\d+(?:st|nd|rd|th)|places higher|climbed|score[ds]?|top(?:ped|s)?|number one|no\. ?\d)\b",
            _I,
        ),
    ),
    ("move", re.compile(r"迁|搬|落户|注册地|\b(?:mov(?:ed|es|ing)|relocat\w+|headquarters)\b", _I)),
    (
        "hope",
        late(
            r"力争|争取|冲刺|争创|有望|计划|目标|申报|申请|准备|培育|打算|希望|期待|如果|若|将|\b(?:hop(?:e|es|ing)|plans?|aims?|appl(?:y|ied|ies|ication\w*|ying)|bid|seek\w*|will|would|could|may|might|if|target\w*|intend\w*|eyes?|wants?|ambition)\b",
            _I,
        ),
    ),
    (
        "denied",
        late(
            r"没有|并未|并非|未能|未入|尚未|不是|落选|无缘|否认|不实|误传|更正|辟谣|并无|尚无|\b(?:not|never|no|den(?:y|ied|ies)|false|incorrect|correction|misstated|untrue|fail\w*|miss(?:ed|es)|absent|without)\b|n't\b",
            _I,
        ),
    ),
    (
        "partner",
        late(
            r"合作|签约|签署|客户|供应商|股东|投资|联合|携手|基于|依托|接入|采用|采购|中标|参展|展示|\b(?:partner\w*|customers?|clients?|supplier\w*|supplies|invest\w*|shareholders?|cooperat\w*|collaborat\w*|signed|contract|exhibit\w*|deal|uses|using|built on|powered)\b",
            _I,
        ),
    ),
    (
        "past",
        late(
            r"此前|曾|早在|多年前|当年|去年|回顾|历史|\b(?:previously|earlier|since|formerly|already|years ago|last year|had been|once)\b",
            _I,
        ),
    ),
    (
        "first",
        late(
            r"首次|首家|首个|第一家|零的突破|头一|唯一|填补|\b(?:first|maiden|debut|only|breakthrough|never before)\b",
            _I,
        ),
    ),
    (
        "said",
        late(r"表示|认为|介绍|称|透露|坦言|说[,:]|\b(?:said|says|told|according to|recalled|added that)\b", _I),
    ),
    ("ask", re.compile(r"[?？]|如何|怎么|什么|\b(?:how|why|what|whether)\b", _I)),
    ("year", re.compile(r"20[12]\d")),
    (
        "count",
        late(
            r"[\d一二两三四五六七八九十]+[家个席款]|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d+) (?:\w+ ){0,3}(?:platforms?|companies|firms|operators|systems|additions|names)\b",
            _I,
        ),
    ),
    (
        "provincial",
        late(
            r"省级|市级|自治区级|区级|州级|我省认定|[省市区]内认定|省.{0,8}(?:认定管理|储备库|培育库|试点)|\b(?:provincial|municipal|city[\s-]level|province[\s-]level|prefecture)\b",
            _I,
        ),
    ),
    (
        "foreign",
        late(
            r"德国|日本|韩国|欧盟|欧洲|美国|法国|英国|印度|越南|新加坡|马来西亚|\b(?:German\w*|Japan\w*|Korea\w*|Europe\w*|EU|American?|India\w*|Vietnam\w*|Singapore\w*|Malaysia\w*)\b"
        ),
    ),
    (
        "correction",
        late(
            r"更正|澄清|误植|误传|误写|有误|勘误|不实|致歉|\b(?:correct(?:ion|ed|s)|clarif\w+|misstated|erroneous\w*|mistake|apologi\w+|retract\w*)\b",
            _I,
        ),
    ),
    (
        "honour",
        late(
            r"示范|案例|标杆|灯塔|特色|专精特新|小巨人|百强|奖|\b(?:award\w*|demonstration|pilot|lighthouse|provincial|quadrant|gartner|forrester|prize|best)\b",
            _I,
        ),
    ),
)

#: a predicate that says what became of a name
VERB = late(
    r"冲刺|争创|备战|角逐|力争|有望|瞄准|入选|上榜|获评|跻身|列入|纳入|进入|在列|入列|入围|认定|通过|获批|当选|晋级|名列|加入|拿下|捧回|无缘|落选|止步|推荐|申报|移出|退出|迁"
    r"|\b(?:hopes?|aims?|plans?|vying|bidding|wants?|eyes?|selected|chosen|named|added|joins?|joined|admitted|recogni[sz]ed|won|wins|secured|made|earned|enters?|entered|listed|included|appears?|stands|missed|failed|removed|dropped|struck|recommended|nominated|applied|moved|relocated|retained|passed|kept)\b",
    _I,
)


#: predicates that assert nothing, whatever stands before them
LOST = late(
    r"无缘|落选|止步|冲刺|争创|备战|角逐|力争|有望|瞄准|missed|failed|hopes?|aims?|plans?|vying|bidding|wants?|eyes?",
    _I,
)
