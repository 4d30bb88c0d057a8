"""The words that `counts` binds, refuses and measures numbers by."""

from __future__ import annotations

import re

from dualcross.extraction import numbers
from dualcross.patterns import late

#: `15个`, `近30家`, `十大`, `100余家`: the classifier ends the match
ZH = late(
    rf"(?P<n>{numbers.NUMBER})\s?(?:余|多)?(?P<c>[个家款项席大])(?!(?:月|年|省(?!级)|市(?!级)|[区县州度行领城数百千万亿小学]|国(?!家|内)|国家(?!级|双|跨|“)|工(?!业互联网|信)))(?!地方|方面|阶段|标准|批次|季度|部门|维度|环节)"
)
EN = late(
    rf"(?P<n>{numbers.NUMBER})(?![\d%]|\s?(?:%|percent|per cent|years?\b|days?\b|months?\b|st\b|nd\b|rd\b|th\b))",
    re.IGNORECASE,
)
#: what may stand between the number and the class word that it counts
GAP_ZH = late(
    # possessive: the words overlap, and a hostile run of them must not be taken apart in every way
    r"^(?:左右|以上|以内)?(?:已|均|都|的|“|”|\"|企业|平台|公司|单位|项目|同时|首次|首批|再次|成功|新增|新一批|新晋|新|先后|光荣|一举|共同|双双|全部|顺利"
    r"|入选|入围|获评|获批|获|被?评为|被?认定为|被?认定|跻身|迈入|进入|上榜|成为|列入|纳入|荣获|荣膺|当选|通过|入列|摘得|斩获|确定为|遴选为|位列|登上|到|为|了"
    r"|(?:19|20)\d\d年度?|第[一二三四五六]批|国家级?|全国性?|国内|工信部|工业和信息化部|中国|我国|级|部级|有影响力的|综合性|综合型|高水平)*+$"
)
GAP_EN = late(
    r"^[\s,“”\"'-]*(?:(?:new|newly|more|additional|other|further|such|of|the|a|an|its|their|our|so-called|chinese|china's|country's|nation's"
    r"|national(?:[\s-]level)?|state[\s-]level|qualified|existing|selected|certified|designated|recogni[sz]ed|approved|listed|added|known|called|dubbed|collectively|known|called|dubbed|collectively|named|chosen|included|picked|released|announced|"
    r"platforms?|compan(?:y|ies)|enterprises?|firms?|operators?|entries|cumulatively|so|far|now|already|industrial|internet|iiot|were|was|are|have|has|been|made|entered|joined|joining|won|"
    r"as|on|for|to|into|onto|in|list|roster|status|title|ministry's|miit's|provincial|level|class|tier|that|which|who|hold|carry)\b[\s,“”\"'-]*+)*+$",
    re.IGNORECASE,
)
#: the number's own noun, where no class word follows it
PLAIN_ZH = late(
    r"^(?:左右|以上|以内)?(?:新|企业|平台|公司|单位|工业互联网|同时|首次|成功|均|已|都|“|”)*(?:入选|上榜|入围|获评|获批|跻身|进入|榜上有名|在列|中,|中|里,|通过|当选|来自|为|属于|位列|,|。|;|、|\)|$|的|名|位居|居|占|数量|,其中|\()"
)
PLAIN_EN = late(
    r"^(?:\s(?:new|more|other|additional|selected|such|platform|industrial|internet|national|local|of them|of these|of those))*"
    r"(?:\s(?:platforms?|compan(?:y|ies)|enterprises?|firms?|operators?|entries|entrants|additions|newcomers|members|names|seats|places))?"
    r"(?=[,.;)]|$|\s(?:come|came|comes|hail|from|in|on|were|was|are|have|had|selected|listed|named|made|based|come|came|this|nationwide|across|to|by|at|last|now|and|with|so far|ranking|after|since|are)\b)",
    re.IGNORECASE,
)
CONTEXT_VERB = late(
    r"入选|上榜|新增|累计|总数|共有|共计|共\d|名单|清单|数量|达到|增至|增加到|升至|在列|其中|拥有|占|平台企业|平台有|平台达|平台共"
    r"|select|\blist|total|roster|added|adds|adding|new|bring|in all|among them|of them|has|have|number|from",
    re.IGNORECASE,
)
FOREIGN_NOUN = late(
    r"上云|设备|工厂|车间|场景|案例|订单|客户|用户|省份|城市|行业|领域|高校|研究院|机构|供应商|服务商|模型|APP|app|工人|产品|投资|亿元|万元|项目"
    r"|devices?|factor|customers?|users?|provinces?\b|cities|sectors?\b|industries\b|suppliers?|workshops?|projects?|cases?\b|apps?\b|yuan|exhibitors?|booths?",
    re.IGNORECASE,
)
QUOTA = late(
    r"不超过|不多于|最多|限报|限额|名额|至多|上限|原则上|每(?:个|家)?(?:省|市|地区|单位|申报)|各(?:省|地|市)[^,。;]{0,12}推荐|指标"
    r"|no more than|not more than|at most|up to|maximum of|quota|each (?:province|region|provincial|applicant|city)|per province",
    re.IGNORECASE,
)
APPLIED = late(
    r"申报|推荐(?!的)|冲刺|争创|创建|报送|初审|候选|培育对象|入库|参评|参加评|答辩|applied|apply|applicants?|applications?|recommended|shortlisted candidates|nominat|bid(?:s|ding)? for",
    re.IGNORECASE,
)
WON = late(
    r"入选|获评|上榜|获批|跻身|通过|名列|公布|发布|选定|selected|named|made the list|won|approved|released|announced",
    re.IGNORECASE,
)
PRESENCE = late(
    r"展示|展出|参展|亮相|集聚|汇聚|聚集|齐聚|邀请|吸引|引进|引入|落户|接入|对接|合作|携手|联合|依托|服务商|走访|调研|支持|参会|签约|旗下|布局|入驻|设立|供应"
    r"|exhibit|showcas|display|gather|attract|invit|partner|cooperat|collaborat|host(?:s|ed|ing)?\b|home to offices|visit|signed|group's|under its|supplier|introduc|brought in",
    re.IGNORECASE,
)
DENIED = late(
    r"没有|尚无|暂无|并无|不足|未有|未能|落选|无缘|\bno\b|\bnot\b|none|without|failed|yet to|lack", re.IGNORECASE
)
PLAN = late(
    r"(?<!录)(?:力争|计划(?!》)|拟(?!入选|新增|确定|列入|公示)|将(?!其|这|该|近|\d|[一二两三四五六七八九十])|目标|争取|预计|规划(?!》)|打算|有望|提出|要求|预期|到20[2-9]\d年|到202\d年底|未来|下一步|今后|十四五期间|十五五期间|年内(?!已)|更多)"
    r"|\b(?:will|plans?\b(?! released)|planned|aims?|aiming|target(?:s|ed|ing)?|hopes?|expects?|expected|intends?|seeks?|would|shall|goals?|by (?:the end of )?20[2-9]\d|going to|strives?|pledg\w+)\b",
    re.IGNORECASE,
)
PLAN_VERB = late(
    r"(?:培育|打造|遴选|建设|形成|建成|培养|认定|支持|推动|新增|创建|争取|拥有|达到|增至|突破|选出|评选)(?:出)?(?:形成|建设|打造|一批)?(?:具备[^,。]{0,12}的)?$"
)
DONE = late(
    r"已|了$|了(?=\d)|共有|目前|截至|现有|成功|累计|先后|实现|(?:has|have|had) (?:already|now)|so far|as of|currently|to date",
    re.IGNORECASE,
)
NEW = late(
    r"新增|新入选|新晋|新一批|新公布的?|新上榜|新进|新添|增补|\bnew(?:ly|comers?)?\b|additional|additions|\badd(?:s|ed|ing)?\b|another|more\s(?:national|dual|cross|platform)|entrants",
    re.IGNORECASE,
)
EVER = late(
    r"累计|先后|历年|历次|历届|前后|迄今(?:共)?(?:有)?[^,。]{0,6}入选|cumulative|cumulatively|accumulat|over the years|altogether since|ever (?:selected|listed)|in total since",
    re.IGNORECASE,
)
VAGUE = late(r"(?:某|这|该|那|每|任何|另|第|又|同)$")


TOTAL = late(
    r"总数|总量|增至|增加到|升至|扩至|扩容至|达到|达|共有|共计|总计|合计|现有|拥有|目前|全国共|建成|total|reach|bring|rais|rose|to\s$|in all|altogether|stand|now ha|currently",
    re.IGNORECASE,
)
#: a total of the roster even beside a list of additions; 共有 alone may count that list
GRAND = late(
    r"总数|总量|增至|增加到|升至|扩至|扩容至|现有|目前|全国|我国|in total|the total|bring|rais|rose|stand|country|China",
    re.IGNORECASE,
)
FROM = late(r"(?:从|由|较[^,。]{0,8}的|\bup from|\bfrom)\s?(?:\w+年的?)?$", re.IGNORECASE)
FIRM = late(r"旗下|集团|公司(?!共|均|入选)|该企业|本公司|我司|the (?:company|group|firm)|its own", re.IGNORECASE)
COUNTRYWIDE = late(
    r"全国|我国|国家共|工信部|工业和信息化部|名单|清单|公示|公布|发布|国内|之一|中国|nationwide|\bChin\w+|country|MIIT|ministry|\blist|roster|announc|releas|one of|batch",
    re.IGNORECASE,
)
LEAD_EN = late(
    r"\b(?:to|for|reach\w*|at|has|have|had|with|total\w*|holds?|boasts?|claims?|add\w*|contribut\w+|is|are|was|were|stands?|includ\w+|over|nearly|about|exceed\w*|only|just|now)\s+$",
    re.IGNORECASE,
)
MONTH = late(r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?\s$|\b(?:in|since|until|of)\s$")
ROUND = late(
    r"(20[12]\d)年(?:度)?(?:新增|国家级?|全国|双跨|“双跨|跨行业|动态评价|名单|清单|工业互联网平台)|\b(20[12]\d)(?:'s)?\s(?:list|round|roster|batch|dual|cross|national|additions)",
    re.IGNORECASE,
)
SUBSET = late(r"其中[^,。;]{0,10}$|\b(?:of (?:them|these|which|those)|including|among them)[\s,]*$", re.IGNORECASE)
