"""The words that carry a topic, in both languages, over text in the plain spelling."""

# ruff: noqa: E501  (a cue is read as one line)

from __future__ import annotations

import re

#: one of these must occur, or the article is about none of the topics
GATE = (
    "工业互联", "工业物联", "双跨", "跨行业", "跨领域", "上云", "上平台", "智改数转", "产业大脑", "行业大脑", "标识解析",
    "工业app", "工业数据", "工业大数据", "工业云", "接入平台",
    "industrial internet", "industrial interconn", "iiot", "dual-cross", "dual cross", "double-cross", "double cross",
    "cross-industry", "cross-sector", "cross-field", "cross-domain", "cross industry", "cross sector", "shuangkua",
    "industrial iot", "connected factor", "onto the cloud",
    "cosmoplat", "卡奥斯", "supos", "supet", "rootcloud", "树根互联", "根云", "汉云", "indics", "航天云网", "云洲", "精智",
    "fusionplant", "fii cloud", "wemake", "h-iip", "忽米", "美擎", "东智", "羚羊", "苏畅", "crde", "橙色云", "geega", "unilink", "weshyper",
    "檬豆", "开物",
)  # fmt: skip
GATE_TRADITIONAL = (
    "工業互聯", "工業網際", "工業物聯", "雙跨", "跨行業", "跨領域", "上雲", "產業大腦", "標識解析",
)  # fmt: skip

#: words for the national class of platforms
CLASS = re.compile(
    r"双跨|跨行业[、,和与及 ]{0,2}跨领域|跨领域[、,和与及 ]{0,2}跨行业|双\W?跨\W?平台"
    r"|dual[- ]?cross|double[- ]cross|shuang ?kua|cross[- ](?:industry|sector)(?:,| and|/)? ?,? ?cross[- ](?:field|domain|sector|industry)"
)
#: brands of members that mean the platform wherever they stand, and short ones that need company
BRAND = re.compile(
    r"cosmoplat|卡奥斯|supos|supet|rootcloud|树根互联|根云|徐工汉云|汉云(?=平台|工业|技术)|indics|航天云网|浪潮云洲|云洲(?=平台|工业)"
    r"|用友精智|精智(?=平台|工业)|cloudiip|fusionplant|fii cloud|wemake|xin³?3?plat|h-iip|忽米(?=网络|科技|平台|工业)|unipower|美擎|格创东智|东智(?=平台|工业)"
    r"|羚羊(?=工业|平台)|turingplat|苏畅|crde|橙色云|geega|广域铭岛|bachos|unilink|weshyper|柠檬豆(?=平台|工业|采购)|檬豆|百度.{0,4}开物|开物(?=平台|工业)|京东工业互联"
)
INTERNET = re.compile(r"工业(?:互联|物联)|industrial (?:internet|interconn|iot)|iiot")

#: a stage, call, target, count, application or denial of one
EVENT = re.compile(
    r"入选|上榜|跻身|获评|榜上有名|入列|入围|获认定|在列|名单|清单|名录|公示|申报|遴选|推荐|答辩|落榜|落选|无缘|未入选|空手|零突破|零的突破|首家|首个|新增"
    r"|动态评价|评价(?=结果|关)|排名|位列|蝉联|移出|退出|撤下|摘牌|约谈|冲刺|争创|力争|培育|总数|在册|累计|[0-9一二三四五六七八九十]+[家席]|达到|跃升|再添|认定|候选|争取"
    r"|selected|named|list(?:ed|s)?\b|roster|joins?\b|adds?\b|added|additions|picks?\b|shortlist|notice|objection|appl(?:y|ies|ied|ications?)|recommend"
    r"|evaluation|review|ranks?|removed|struck|dropped|withdr|hands? back|target|aims?\b|wants?\b|by 20\d\d|no (?:company|name)|still no|first (?:national|from|company)|members?\b|total"
)
DEAL = re.compile(
    r"融资|签约|签署|合作|战略|上线|发布会|推出|新品|升级|收购|上市|递表|招股|半年报|年报|营收|订单|投资|入股|总部|迁|落户|搬|揭牌|开工|基地|中心|更名|改名|展厅|展馆|合资|牵手|联手|共建|出海|访谈|对话"
    r"|funding|raises?|capital|partner|signs?\b|signed|launch|acqui|ipo|listing|revenue|relocat|moves?\b|moved|headquarter|head office|subsidiary|opens?\b|contracts?|customers?|showroom"
)
FIGURE = re.compile(
    r"[0-9][0-9,.]*\s*(?:万|亿)?(?:余|多)?[台口套间条家户座]|[0-9][0-9.]*%|百分之|[八九七六五四]成"
    r"|[0-9][0-9,.]*(?: of [a-z' ]+)? (?:of|percent|million|machines|devices|plants|factories|workshops|enterprises|firms|companies)"
)
ASIDE = re.compile(
    r"招聘|诚聘|急招|题|骗局|谨防|提醒|辟谣|更正|观点|评论|如何|怎样|怎么|什么|为什么|为何|一文|问答|读者|圆桌|对话|盼|建议|希望|[？?]"
    r"|how |why |what |hiring|scam|opinion|fact check|correction|ask |guide"
)
PAPER = re.compile(
    r"《[^》]{5,}》|印发|出台|施行|条例|办法|行动方案|实施方案|实施意见|细则|[十百]条|规定|指引|导则|意见|新政|文件|法规|新规"
    r"|measures|regulations?|action plan|implementation plan|guidelines?|rules\b|blueprint|opinions"
)
CUES = {
    name: re.compile(pattern)
    for name, pattern in {
        "select": r"入选|上榜|跻身|获评|榜上有名|入列|入围|获认定|被认定|在列|登榜|中榜|选上|selected|named (?:to|as|among)|joins?\b|made (?:it|the (?:cut|list))|listed as|recognized as|recognised as",
        "list": r"名单|清单|名录|公布|揭晓|出炉|放榜|\blist(?:s|ed)?\b|roster|announced|published",
        "new": r"新增|新入选|新晋|首次|首家|首个|零的突破|再添|填补|新面孔|唯一|first (?:time|national|from)|additions?|newcomer|only (?:company|platform)",
        "notice": r"公示|拟入选|拟确定|拟新增|异议|public(?:ly)? (?:notice|comment|solicit)|objection|shortlist|proposed list",
        "call": r"申报|征集|遴选|报送|申请书|截止|推荐函|组织开展|applications?|apply|deadline|solicit|call for",
        "recommend": r"推荐|择优|初审|recommend",
        "target": r"力争|拟培育|培育|打造|目标|规划|计划到|到20\d\d年|争取|\bwill (?:select|cultivate|build)|\baims?\b|\btarget|plans? to|by 20\d\d",
        "strive": r"冲刺|争创|备战|入库|后备|培育库|种子|陪跑|bid for|vying|hopes? to",
        "deny": r"未入选|未能|落选|无缘|并非|没有一家|尚未|暂无|不属于|并未|不在|空白|辟谣|失实|\bnot\b|failed to|missed|without|no (?:company|platform)|has yet|denied|false",
        "evaluate": r"动态评价|复核|复评|评价结果|蝉联|再次入选|通过评价|evaluation|re-?selected|retain",
        "rank": r"位列|排名|位次|居首|第[一二三四五六七八九十\d]+[位名]|榜首|首位|rank|tops|place",
        "out": r"移出|退出|撤销|取消资格|调出|不再列入|摘牌|除名|removed|withdr|dropped|delisted|struck off",
        "move": r"迁至|迁入|落户|搬迁|迁到|总部.{0,6}迁|迁址|移师|relocat|moved (?:its|to|from)|headquarters",
        "number": r"[0-9〇零一二两三四五六七八九十百]+[家个](?:国家级?)?[“\"]?(?:双跨|跨行业)|总数|累计|在册|增至|达到|brings? the total|in total|altogether",
        "document": r"《[^》]{4,}》|〔20\d\d〕|(?:行动)?方案|意见|措施|办法|细则|指南|规划|条例|标准|十条|条措施|measures|plan\b|guidelines?|opinions|regulations?|action plan|blueprint|rules",
        "issue": r"印发|出台|发布|施行|实施|解读|颁布|正式公布|起草|issued?|unveil|released?|rolled out|takes? effect",
        "draft": r"征求意见|草案|draft",
        "clause": r"第[一二三四五六七八九十]+条|[一二三四五六]、|总体要求|重点任务|保障措施|各市人民政府|特此通知|主管部门",
        "money": r"补贴|奖励|资金|贴息|奖补|万元|subsid|grants?|incentive|reward",
        "adopt": r"接入|上云|上平台|用上|应用率|普及率|覆盖|联网|设备上云|连接设备|数控化率|渗透率|万台|万家企业|connected|adopt|onto the cloud|penetration|hooked up",
        "gain": r"能耗|停机|良率|交货周期|成本|效率|降低|缩短|提升|下降|percent|per cent|reduc|cut\b|savings?|downtime",
        "case": r"车间|老板|工人|班组|厂长|产线|生产线|作坊|工厂|workshop|factory|plant|workers?",
        "business": r"融资|签约|合作|战略|上线|发布会|新品|版本|收购|上市|营收|客户|订单|投资|funding|partner|launch|acqui|ipo|revenue|customers?|signed",
        "people": r"董事长|总经理|创始人|ceo|副总裁|chairman|founder|president",
        "provincial": r"省级|市级|区级|我省|全省认定|省重点|provincial(?:-level)?|municipal(?:-level)?",
        "other-list": r"试点示范|5g工厂|全连接工厂|灯塔|示范工厂|揭榜|优秀场景|专精特新|标杆企业|单项冠军|示范区|lighthouse|demonstration|pilot",
        "ranker": r"forrester|gartner|\bidc\b|hurun|胡润|象限|五星级|榜单",
        "opinion": r"观点|笔者|怎样|如何|什么是|一文|为什么|建议|误区|思考|评论|读懂|问答|how to|opinion|commentary|why |what is|column",
        "job": r"招聘|岗位|薪资|应届|简历|hiring|vacanc|job",
        "quiz": r"题库|单选|多选|试题|答题|考试|quiz|exam",
        "warn": r"骗局|谨防|提醒|冒充|代办|风险提示|声明|scam|beware|fraud|warn",
        "wish": r"建议案|提案|期待|呼吁|希望|盼|urge|hope|wish|propos",
        "show": r"展会|展区|展馆|亮相|参观|调研|考察|论坛|峰会|expo|exhibition|visited|forum|summit",
        "user": r"基于|依托|借助|引入|选用|采用|赋能|供应商|powered by|based on|uses?\b|built on",
        "profile": r"成立于|公司简介|业务涵盖|总部位于|旗下|曾入选|先后获|荣获|established in|founded in|headquartered",
        "past": r"此前|去年|曾|早在|19年|20年|22年|当年|previously|last year|earlier|back in",
        "government": r"工信部|工业和信息化部|工信厅|经信委|经信厅|工信局|经信局|ministry|miit|authorit",
        "abroad": r"欧盟|德国|日本|韩国|印度|美国|eu\b|european|german|japan|korea|india|united states",
    }.items()
}
