"""What surrounds an article and does not belong to it: words in class names, and the phrases of every site."""

from __future__ import annotations

import re

from dualcross.patterns import late

#: elements whose content is never text of the page
DROPPED = frozenset(
    "script style noscript template iframe svg math object embed applet canvas audio video source track map area "
    "head link meta base param select option optgroup datalist button input textarea progress meter dialog "
    "amp-ad amp-analytics amp-embed amp-social-share amp-sidebar amp-consent amp-img amp-iframe".split()
)
INLINE = frozenset(
    "a span b strong em i font u sup sub abbr acronym time small big mark code q cite label ins s strike del tt kbd "
    "samp var dfn bdi bdo ruby rb data nobr wbr o:p st1:chsdate st1:personname g-emoji".split()
)
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))

#: whole words of a class, id or role that name something beside the article
_SHORT = (
    "ad|ads|adv|adbox|nav|navi|menu|tag|tags|tool|tools|foot|side|aside|top|hot|rank|prev|next|crumb|crumbs|login|search|"
    "qr|qrcode|ewm|fav|digg|like|likes|rss|promo|gototop|bdshare|jiathis|pages|page-nav|dropdown|tooltip|more"
)
_LONG = (
    "sharing|share|social|follow-us|fenxiang|related|recommend|tuijian|xiangguan|"
    "read-?next|up-?next|most-?(?:read|popular|viewed)|trending|popular|sidebar|side-?bar|side-?nav|siderail|"
    "right-?rail|footer|page-?foot|nav-?bar|navigation|main-?nav|sub-?nav|breadcrumb|weizhi|widget|promoted|"
    "advert|sponsor|outbrain|taboola|google_ads|newsletter|subscri(?:be|ption)|sign-?up|paywall|pop-?up|modal|"
    "overlay|lightbox|cookie|consent|gdpr|privacy|copyright|banquan|toolbar|tool-?bar|pagination|pager|page-?nav|banner|tag-?list|"
    "keywords|author-?(?:bio|box|info|card|desc)|about-?author|bio-?box|teaser|carousel|slider|swiper|"
    "back-?to-?top|gotop|screen-?reader|visually-?hidden|sr-only|skip-?link|print-?only|masthead|site-?header|"
    "page-?header|global-?header|friend-?link|youqing|feedback|jubao|disclaimer|shengming|editor-?box|zeren|zebian|"
    "tipbox|hot-?list|list-?more|top-?stories|latest-?news|see-?also|vote|poll-|quiz|rating|review-?form|"
    "abstract|zhaiyao|article-?summary|navbox|toc|catlinks|editsection|reflist|player|ly-?share"
)
NOISE_CLASS = late(
    rf"(?:^|[\s_\-])(?:{_SHORT})(?:$|[\s_\-\d])|(?:{_LONG})",
)
COMMENTS_CLASS = late(r"comment|disqus|pinglun|respond(?:\b|_)|replies|liuyan|discussion")
#: class names that hold the article itself, in many systems' own words
BODY_CLASS = late(
    r"article|content|entry|post|story|main|body|text|zhengwen|trs_editor|neirong|detail|zoom|xxgk|news|"
    r"ccontent|cont\b|con\b|\bnr\b"
)
#: the line of facts under a headline, and the words under a picture
META_CLASS = late(
    r"byline|dateline|datetime|posted|pubdate|pub-?time|publish|entry-?meta|article-?meta|post-?meta|meta\b|laiyuan|"
    r"source|author|editor|timestamp|\btime\b|\bdate\b|\binfo\b|cinfo|\bly\b|xinxi|credit|reading-?time|read-?time"
)
CAPTION_CLASS = late(
    r"caption|figure|photo\b|\bimage\b|\bpic\b|picture|photo-?(?:credit|desc|info)|image-?(?:credit|desc|caption|info)|pic-?(?:desc|txt|info|title)|"
    r"img-?(?:desc|txt|note)|credit|tushuo|gallery|slideshow|media-?(?:caption|info)"
)

#: a paragraph that asks for consent
CONSENT = late(
    r"\bcookies?\b.{0,200}\b(?:website|browser|experience|consent|preferences|site)\b|\b(?:website|site)\b.{0,80}\bcookies\b",
    re.IGNORECASE | re.DOTALL,
)
#: a whole line that is furniture of a page, in both languages
LINE = late(
    r"""^\W*(?:
      分享(?:到|至|本文|给)?.{0,30} | 扫(?:一扫|码|描).{0,40} | 打印(?:本页|本文|页面)? | 关闭(?:窗口|本页|页面)? | 返回(?:顶部|首页|列表|目录) |
      (?:【|\[|〖)?\s*(?:打印|关闭|收藏|复制链接|大\s*中\s*小|字号.{0,12}|字体.{0,16}).{0,24} |
      (?:上|下|前|后)一(?:篇|页|条|则|版|期)(?:[：:].{0,80})? | (?:相关|相關|推荐|推薦|延伸|更多|精彩|热门|熱門|猜你).{0,6}(?:阅读|閱讀|新闻|新聞|文章|链接|推荐|报道|報導|资讯|内容|喜欢|稿件|附件下载)[：:]?.{0,4} |
      (?:【纠错】)?\s*[（(【\[]?(?:责任|責任|值班|网络|执行|本文|本期|本版|文字|见习)?(?:编辑|編輯|责编|校对|审核|编审|监制|主编|排版|美编|供稿|撰稿|初审|复审|终审)[：:\s丨|｜/].{0,40} | 责编.{0,20} | 【纠错】.{0,40} |
      (?:来源|稿源|出处|信息来源|文章来源|作者|发布(?:时间|日期|机构|人)?|更新(?:时间|日期)|浏览(?:次数|量|数)?|阅读(?:次数|量|数)?|点击(?:数|量|率|次数)?|访问(?:量|次数)?|字号|字体大小|点赞|收藏|评论)\s*[：:丨|｜].{0,60} |
      (?:本文|原文|当前|本页|页面|网页|文章)(?:网址|链接|地址|标题)\s*[：:].{0,160} | (?:时间|日期)\s*[：:]\s*(?:19|20)\d\d\D\d{1,2}\D\d{1,2}日?(?:\s*\d{1,2}[:：]\d\d(?:[:：]\d\d)?)? | 打印(?:时间|日期).{0,40} | (?:end|完|the\ end|fin) | (?:点击|长按|识别|扫描).{0,8}(?:蓝字|二维码|关注|订阅).{0,30} | 点击上方.{0,20} |
      (?:图为|图[一二三四五六七八九\d]*[：:]|▲|△|资料图|图片来源|图源|图说|制图|摄影?[：:/／]).{0,56}[^。！？] |
      (?:广告|廣告).{0,14} | \d{1,2} | [（(]?\s*原(?:标题|題目|文标题|標題)\s*[：:].{0,160} | (?:特别|风险|免责)提示[：:].{0,80}(?:参考|投资|建议|风险|责任).{0,80} | 继续(?:滑动|阅读).{0,16} | 打开.{0,12}(?:APP|客户端|阅读).{0,20} | 加载中\W* |
      (?:阅读|閱讀|浏览|点击|點閱|阅)[\s:：(（]*\d[\d.,]*\s*万?[)）]?(?:次|\b)?.{0,8} | 当前位置.{0,80} | 您(?:现在)?(?:的|所在)的?位置.{0,80} | (?:您)?(?:现在)?(?:的)?(?:当前)?所在(?:的)?位置.{0,60} |
      版权(?:声明|所有|归).{0,200} | (?:免责|郑重|特别)声明.{0,200} | [^，。]{0,6}声明[：:].{0,160}(?:作者|平台|本网|本站|本报|本文|本公众号|转载|观点|立场).{0,160} | (?:本网|本站)(?:转载|刊载|发布).{0,160} | (?:该|本|此)文(?:观点)?仅代表作者.{0,100} | .{0,40}不代表本[网站报刊].{0,40}(?:观点|立场).{0,40} | \[?返回搜狐.{0,16} | (?:未经|凡).{0,12}(?:授权|许可|注明).{0,120} | 转载请.{0,60} | 举报.{0,20} |
      .{0,10}(?:京|沪|粤|浙|苏|鲁|川|渝|津|皖|闽|湘|鄂|豫|冀|晋|辽|吉|黑|蒙|陕|甘|宁|青|新|藏|桂|琼|贵|云|滇|赣)?ICP[备证].{0,60} |
      (?:点击)?(?:查看|展开|加载|阅读)(?:更多|全文|原文|详情|全部|剩余).{0,10} | 全文完 | (?:我要)?(?:评论|纠错|投稿|留言)(?:\(\d*\))? | 首页(?:\s*[>»/].*)? |
      (?:关注|订阅).{0,16}(?:公众号|微信|微博|客户端) | 微信(?:公众号|扫一扫)?.{0,16} | 网友评论.{0,20} | 发表评论.{0,20} | 登录.{0,12} |
      advertis(?:e)?ments?(?:\s.{0,40})? | sponsored(?:\s(?:content|by|links?).{0,40})? | (?:story|article|content)\ continues(?:\ below)?.{0,40} | (?:loading|please\ wait)\W* |
      share(?:\ (?:this|on|via|with|now|article|story|link).{0,40})? | (?:tweet|pin|pin\ it|e-?mail|print|whatsapp|facebook|twitter|linkedin|reddit|pinterest|comments?|save|like|reply|copy\ link|flipboard|telegram|tumblr|messenger|listen|follow)(?:\s?\W?\d*\W?) |
      (?:read|see|view|show|load|learn)\ (?:more|next|full\ (?:story|article|bio)|all|comments|less|also)(?:\W.{0,100})? | also\ read\W.{0,140} | (?:related|recommended|popular|trending|more)(?:\ (?:stories|articles|coverage|posts|topics|news|content|links|reading|video|videos|from|on|in|for)\b.{0,60})?\W* |
      (?:you\ (?:may|might)(?:\ also)?\ (?:like|enjoy|be\ interested)|don'?t\ miss|most\ (?:read|popular|viewed|recent)|up\ next|next\ up|what\ to\ read\ next|see\ also)\b.{0,80} |
      (?:sign\ up|subscribe|get\ (?:the|our)|join\ our|follow\ us|like\ us|download\ (?:the|our)).{0,110} | (?:copyright|©|\(c\)|&copy;).{0,160} | all\ rights\ reserved.{0,80} |
      .{0,60}all\ rights\ reserved\W* | (?:last\ )?(?:updated|published|posted)(?:\ (?:on|at|by|:))?\W.{0,60} | by\ clicking.{0,140} | (?:photo|image|picture|credit|photograph|video)s?(?:\ (?:credit|by|courtesy|source))?\s*[:/|].{0,120} |
      got\ a\ (?:news\ )?tip\b.{0,140} | you(?:'re|\ are)?\ receiv(?:e|ing)\ this.{0,180} | (?:un)?subscribe\b.{0,60} | view\ (?:this\ )?(?:in|on)\ .{0,20}browser.{0,20} |
      (?:back\ to\ top|skip\ to.{0,40}|jump\ to.{0,40}|go\ to\ top|close|menu|search|home|log\ ?in|sign\ in|register|click\ here.{0,60}|leave\ a\ (?:comment|reply)|no\ comments?(?:\ yet)?|\d+\ (?:comments?|shares?|views?|min(?:ute)?s?\ read)|view\ comments?|post\ (?:a\ )?comment|tags?\W.{0,120}|filed\ under.{0,100}|topics?:.{0,100}|categor(?:y|ies):.{0,100})\W*
    )\s*$""",
    re.VERBOSE | re.IGNORECASE,
)
#: a heading after which nothing of the article follows
ENDS = late(
    r"""^\W*(?:(?:相关|相關|延伸|推荐|推薦|更多|热门|熱門|精彩|编辑|編輯|猜你|为您|为你|最新|近期)(?:阅读|閱讀|新闻|新聞|文章|链接|連結|推荐|推薦|报道|報導|资讯|資訊|内容|內容|稿件|专题|精选|精選|喜欢|信息|动态)|大家都在看|喜欢此内容的人还喜欢|阅读下一篇|上一篇|(?:全部|网友|最新|热门|精彩)?评论(?:区|\W*\d+\W*条?)?|網友評論|發表評論|发表评论|留言|
     related(?:\ (?:stories|articles|posts|news|content|coverage|links|topics|reading))?|recommended(?:\ (?:stories|articles|for\ you|reading))?|
     more\ (?:from|on|in|stories|news|articles|coverage|like\ this)\b.{0,60}|you\ (?:may|might)\ also\ (?:like|enjoy)|most\ (?:popular|read|viewed)|read\ next|up\ next|
     (?:leave|post|add|submit)\ a\ (?:comment|reply)|\d*\ ?comments?(?:\ \(\d+\))?|join\ the\ (?:conversation|discussion)|trending(?:\ now)?|latest\ (?:news|stories|posts)|
     about\ the\ authors?|sponsored\ (?:content|links|stories)|from\ (?:around\ )?the\ web|share\ this(?:\ (?:article|story|post))?)\W*$""",
    re.VERBOSE | re.IGNORECASE,
)
#: a line that names the licence, the host or the makers of a site, whatever else it says
FOOT = late(
    r"ICP[备证]|公网安备|网站标识码|备案(?:序?号|编号)\s*[：:]|(?:浏览器|分辨率).{0,20}(?:浏览|访问|观看|使用|以上)|版权所有[：:\s©]|技术支持\s*[：:]|"
    r"主办(?:单位)?[：:].{0,60}(?:邮编|地址|标识码)|Powered by \S|All Rights Reserved|\bISSN\b\W*\d{4}|[©]\s*(?:19|20)\d\d",
    re.IGNORECASE,
)
#: a line of any length that only says whose the page is
OWNED = late(r"^\W*(?:copyright\b|©|\(c\)\s*\d|版权(?:声明|所有|归))", re.IGNORECASE)
#: what systems hang on the last words of an article
TAIL = late(
    r"(?<=[。.！!？?”\"）)])\s*(?:[（(【\[]\s*)?(?:(?:点击)?(?:返回\S{1,8}[，,]\s*)?(?:查看|阅读)(?:更多|全文|原文|详情)|"
    r"(?:责任编辑|责编|编辑|校对|審核|审核)\s*[：:]\s*\S{0,12}|(?:编辑|責任編輯)[：:]\S{2,10})\s*[）)】\]>»]*\s*$"
)
#: a line above what readers wrote
REMARKS = late(
    r"^\W*(?:(?:全部|网友|網友|最新|热门|精彩|发表|發表|用户|我要)?(?:评论|評論|留言|跟帖|回复|回應)(?:区|區|列表)?|\d*\s*(?:comments?|replies|responses)|"
    r"(?:reader|latest|all|join the|leave a)\s+(?:comments?|conversation|discussion|reply))\W*\d*\W*(?:条|則|则|条评论)?\W*$",
    re.IGNORECASE,
)
