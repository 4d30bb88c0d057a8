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
        "entry",
        late(
            r"新进|新入|新晋|新增|新添|新加|新上|新来|新获|新秀|新军|新兵|新人|新名字|新面孔|新成员|新伙伴|新入库|新一批|增补|扩容|添员|添丁|添了|再添|又添|多了"
            r"|\b(?:new (?:entr\w+|names?|members?|additions?|arrivals?|faces?|recruits?|platforms?|ones?|batch|intake|holders?|class)|newcomers?|newly|additions?|entrants?|debutants?|first-timers?|freshm[ae]n|intake|latest)\b",
            _I,
        ),
    ),
    (
        "gain",
        late(
            r"喜提|喜获|摘得|摘取|摘下|斩获|夺得|揽获|荣获|荣膺|荣登|获颁|获授|获得|得到|拿到|捧得|捧回|收获|囊中|到手|花落|落袋|加冕|领到|领回|晋升|升格|升入|升级为|挤进|挤入|闯入|闯进|杀入|走进|进了|进入|踏入|站上|登上|过关|过会|过审|胜出|脱颖而出|突围|圆梦|转正|上车|上岸|加盟"
            r"|\b(?:stamped|anointed|tapped|picked|chosen|elevated|promoted|granted|awarded|conferred|bestowed|designat\w+|certified|approved|endorsed|accredited|cleared|confirmed|made (?:it|the)|makes (?:it|the)|lands?|landed|clinch\w*|claims? a|nod|included|inclusion|inducted|elected|earn\w*|bagged|picks? up|takes? a|secure[sd]?|gets?|got|wins?|won|gains?|gained)\b",
            _I,
        ),
    ),
    (
        "stand",
        late(
            r"在列|在榜|在册|列在|列入|列于|位于|出现在|名字|名下|其中|之一|[占有得据].{0,3}席|席位|一席|代表|分别[为是来]|包括|包含|以及|即|就是|是[:“]|有[:“]|分属|来自|属于|归属"
            r"|\b(?:is among|are among|among|one of|stands?|appears?|features?|figures?|sits?|listed|namely|they are|these are|including|includes?|comprise[sd]?|belongs? to|consist\w*|represented|respectively)\b",
            _I,
        ),
    ),
    (
        "hold",
        late(
            r"持有|拥有|坐拥|手握|资质|资格|称号|头衔|招牌|名号|身份|牌子|牌匾|铜牌|证书|帽子|国家队|\b(?:holds?|holders?|holding|status|titles?|badges?|credentials?|designations?|accreditation|plaques?|certificates?|seats?|places?|slots?|spots?|berths?)\b",
            _I,
        ),
    ),
    (
        "leave",
        late(
            r"退场|离场|出列|告别|离开|下车|被撤|撤下|撤出|移除|剔除|清退|清出|出清|淘汰|丢掉|丢了|失去|摘帽|摘下|不再是|不再|划掉|删去|注销|终止|吊销|\b(?:exits?|exited|leaves?|left|quit\w*|out of|los(?:es|ing|t)|eliminat\w+|cut from|deleted|cancel\w+|withdraw\w*|expired?|forfeit\w*|no longer|disqualif\w+|departs?|departed|departures?|gone)\b",
            _I,
        ),
    ),
    (
        "apply",
        late(
            r"申报|申请|申评|参评|参选|提交|材料|答辩|评审|初审|候选|备选|入库|培育|储备|\b(?:appl(?:y|ied|ies|icants?|ications?|ying)|submit\w*|submission|dossier|defen[cs]e|reviewers?|candidates?|contenders?|hopefuls?|nominees?|reserve|waiting|incubat\w+|cultivat\w+)\b",
            _I,
        ),
    ),
    (
        "if",
        late(
            r"如果|若|假如|一旦|倘若|是否|能否|可能|也许|或许|据传|传闻|网传|听说|据说|应当|应该|可以|需要|必须|\b(?:if|whether|unless|would|could|may|might|should|must|rumou?r\w*|reportedly|allegedly|suppos\w+|perhaps|possibly)\b",
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
    r"|新增|新进|新晋|新添|增补|上新|喜提|摘得|斩获|荣获|荣膺|喜获|获颁|获授|获得|拿到|收获|成为|评为|选为|列在|在册|占|挤进|闯进|登上|胜出|保留|撤销|取消|剔除|除名|摘牌|退场|出局"
    r"|\b(?:hopes?|aims?|plans?|vying|bidding|wants?|eyes?|selected|chosen|named|added|joins?|joined|admitted|recogni[sz]ed|won|wins|secured|made|earned|enters?|entered|listed|included|appears?|stands|missed|failed|removed|dropped|struck|recommended|nominated|applied|moved|relocated|retained|passed|kept|picked|approved|granted|awarded|designated|certified|confirmed|elevated|promoted|became|becomes|gained|gets?|lands?|holds?|leaves?|left|lost|loses|exits?|additions?|newcomers?|entrants?)\b",
    _I,
)


#: predicates that assert nothing, whatever stands before them
LOST = late(
    r"无缘|落选|止步|冲刺|争创|备战|角逐|力争|有望|瞄准|missed|failed|hopes?|aims?|plans?|vying|bidding|wants?|eyes?",
    _I,
)
