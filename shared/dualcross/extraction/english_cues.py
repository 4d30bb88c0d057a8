"""The words of English membership news: predicates, lists, moves, and what tells a stage."""

from __future__ import annotations

import re

from dualcross.patterns import late

_I = re.IGNORECASE
BE = r"(?:was|were|is|are|been|being|be|got|gets)"
SELECT_VERBS = (
    r"selected|chosen|named|listed|included|picked|added|admitted|designated|recogni[sz]ed|approved|certified|accredited|"
    r"shortlisted|re-?selected|elected|inducted|elevated|confirmed|put on|placed on|granted|awarded|identified|enrolled|shortlisted|accepted"
)
PASSIVE = late(
    rf"\b(?:{BE}|has|have|had)\s+(?:(?:\w+ly|also|again|once|now|both|all|finally|officially|newly|thus|first|recently|in 20\d\d|this time)\s+){{0,3}}(?:been\s+)?(?:(?:\w+ly|again|newly)\s+)?(?P<v>{SELECT_VERBS}|retained|kept|recommended|nominated|publici[sz]ed|proposed)\b",
    _I,
)
ACTIVE = late(
    r"\b(?:(?:also|again|once again|both|all|finally|officially|newly|successfully|recently|thus|first)\s+)?(?P<v>made (?:it )?(?:onto|on to|to|into)?|makes? (?:it )?(?:onto|to|into)|made|joined|joins|joining|entered|enters|entering|won|wins|winning|earned|earns|earning|secured|secures|securing|gained|gains|gaining|landed|lands|clinched|obtained|received|became|becomes|becoming|become|has become|have become|(?:is|are|was|were) (?:now )?(?:also )?(?:among|on|one of|part of) (?=[^.;]{0,40}\b(?:new(?:ly)?|selected|added|chosen|named|additions?|entrants?)\b)|(?:has been|have been|had been) (?:among|on|part of) (?=[^.;]{0,80}\bsince\b)|appears? (?:on|in|among)|appeared (?:on|in|among)|featured (?:on|in|among)|returned to|returns to|re-?entered|rejoined|broke into|stepped into|got (?:on|onto|into)|figured (?:on|in|among))\b",
    _I,
)
PASSED = late(
    r"\b(?:pass(?:ed|es|ing)|clear(?:ed|s)|survived)\b[^.;]{0,60}\b(?:evaluation|review|assessment|re-?evaluation|appraisal)|\b(?:retain(?:ed|s|ing)|keeps?|kept|keeping|renew(?:ed|s)|preserved|maintain(?:ed|s)|held (?:on|onto)|hold(?:s|ing)? (?:on|onto))\b[^.;]{0,40}\b(?:place|seat|status|title|spot|position|designation|membership|qualification)\b|\bremain(?:ed|s)? (?:on|in|among|a)\b|\bstay(?:ed|s) (?:on|in)\b",
    _I,
)
MINISTRY = late(
    r"(?:\bMIIT\b|\b[Mm]inistry\b|\bauthorit\w+|\bregulator|\bBeijing\b|\bChina\b|\bgovernment\b|\bdepartment\b|\bofficials\b|\bit\b|\bpanel\b|\bexperts\b)[^.;]{0,80}$"
)
GIVES = late(
    r"\b(?P<v>selected|selects|named|names|chose|picked|picks|added|adds|approved|designated|recogni[sz]ed|admitted|inducted|included|includes|recommended|recommends|put forward|nominated|removed|removes|dropped|drops|struck|delisted|confirmed|announced|unveiled|listed|welcomed|proposed|publici[sz]ed)\s+(?P<np>[^.;]{2,400}?)\s+(?:as|to|into|for|among|from|on|onto|off|in)\s+(?:(?:its|the|a|an|new|four|two|three|five|\d+|of|latest|this|year's|\w+'s|20\d\d|proposed|final|list|roster)\s+){0,6}",
    _I,
)
LIST = late(
    r"(?=(?:\b(?:they|these|among (?:the|them|those|its)(?: \w+){0,5}|list|roster|newcomers?|new (?:entrants?|members?|faces|names|additions?|arrivals|platforms?|companies)|entrants?|additions|winners|platforms?|companies|enterprises|firms|names|members|inclusions|ones|selections|those (?:selected|named|added|chosen|listed)|selected|chosen|added|rest|others|two|three|four|five|six|seven|eight|nine|ten|\d+))\b(?P<mid>[^.;:]{0,90}?)(?:\b(?:are|is|were|was|includes?|included|including|comprises?|comprising|contains?|consists? of|consisting of|namely|such as|like)\b\s*:?|:|—|--|\()\s*(?P<np>[^;]{2,600}))",
    _I,
)
REMOVED = late(
    rf"\b(?:{BE}|has|have|had)\s+(?:(?:\w+ly|also|been)\s+){{0,2}}(?:removed|dropped|delisted|struck (?:off|from)|excluded|expelled|stripped|axed|deleted|taken off|eliminated|disqualified|withdrawn|revoked)\b|\b(?:withdrew|exited|exits|dropped out|fell off|(?:hand(?:ed|s)|gave|gives|given|giving) (?:back|up) (?:its|the|their) (?:\w+ ){{0,4}}(?:status|place|seat|title|designation|membership|plaque|label)|(?:surrender(?:ed|s)|relinquish(?:ed|es)|return(?:ed|s)|renounced) (?:its|the|their) (?:\w+ ){{0,4}}(?:status|place|seat|title|designation|membership|plaque|label)|withdraws?|lost (?:its|their) (?:\w+ ){{0,4}}(?:status|place|seat|title|qualification|membership|spot|designation)|failed (?:the |to pass |this year's |\w+ ){{0,4}}(?:\w+ ){{0,3}}(?:evaluation|review|assessment)|failed to (?:reach|meet|pass|clear|achieve) (?:the |its |a )?(?:\w+ ){{0,3}}(?:score|threshold|standard|bar|requirements?|mark|grade|evaluation|review)|no longer (?:on|a member|among|listed|holds?))\b",
    _I,
)
RANKED = late(
    r"\b(?:rank(?:ed|s|ing)|placed|c[ao]me(?: in)?|comes|finished|took|takes|claimed|climb(?:ed|s)|rose|moved up|jumped|topped|tops|topping|held|retain(?:ed|s)|kept|secured|seized|won|stood|sits|sat|led|leads|heads|headed)\b[^.;]{0,44}?(?:\b(?:no\.?|number)\s?\d+|\b\d+(?:st|nd|rd|th)\b|\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\b(?! time)|\btop (?:spot|place|position|of)\b|\bthe (?:list|ranking|rankings|table)\b)",
    _I,
)
MOVED = late(
    r"\b(?:mov(?:ed|es|ing)|relocat(?:ed|es|ing)|transfer(?:red|s)|shift(?:ed|s)|re-?register(?:ed|s))\b[^.;]{0,70}?\b(?:headquarters|head office|registered (?:office|address|seat)|registration|base|home|domicile|company|operations?|it|from|to)\b[^.;]{0,80}",
    _I,
)
BRANCH = late(
    r"\bregional headquarters|\bbranch\b|subsidiary|second headquarters|R&D cent|research cent|innovation cent|\bnorth china|\beast china|\bsouth china|\bwest china|(?<!head )\boffice in\b|demonstration|exhibit|showroom",
    _I,
)
FIRST = late(
    r"for the first time|first[\s-]time|newly (?:added|selected|listed|named)|newcomers?|new (?:entrant|member|addition|platform|face)s?|\bdebut|the (?:only|first) [^.;]{0,40}(?:in|from) (?:the |its )?(?:province|city|region|\w+)\b|first (?:platform|company|ever|such|national)|had never|maiden|latest additions?|never before",
    _I,
)
FIRST_SURE = late(
    r"for the first time|first[\s-]time|newcomers?|new (?:entrant|member|addition|face)s?|\bdebut|newly added|maiden|never before",
    _I,
)
AGAIN = late(
    r"\bagain\b|once more|re-?selected|(?:second|third|fourth|fifth|sixth|seventh|eighth|\d+(?:nd|rd|th))(?: consecutive| straight| successive)? (?:time|year|round|evaluation)|(?:two|three|four|five|six|seven|\d+) (?:consecutive|straight|successive|years in a row|times)|consecutive|in a row|running\b(?= year)|retain",
    _I,
)
NOTICE = late(
    r"public notice|publici[sz]ed|publicity (?:period|list|notice)|proposed (?:list|addition|selection|roster|entr\w+|new|member|platform|for)|for (?:public )?(?:comment|objection|feedback|consultation)|solicit\w* (?:public )?(?:opinion|comment|objection|feedback)|objections?|provisional|preliminary list|draft list|pending (?:the )?final|candidate list|to be (?:selected|included|named|added|listed)|slated|put (?:out|up) for public|is proposed|are proposed|proposes? to",
    _I,
)
NOTICE_OVER = late(
    r"(?:after|following) (?:the |a )?(?:public|objection|notice|consultation|publicity)[^.;]{0,50}|(?:closed|ended|passed|expired) with(?:out| no)[^.;]{0,20}objection|(?:period|notice) (?:ended|closed|expired|is over)|final list|final roster|officially (?:released|announced|published|confirmed)",
    _I,
)

LOOSE_CUE = late(
    r"\b(?:chosen|selected|added|named|listed|picked|included|admitted|newcomers?|additions?|candidates?|proposed|entrants?)\b",
    re.IGNORECASE,
)
LOOSE_BAR = late(
    r"\b(?:appl(?:y|ied|ies|ication\w*)|plans?|hopes?|aims?|will|would|could|may|might|if|partner\w*|customers?|clients?|supplier\w*|investors?|shareholders?|invest(?:ed|s)"
    r"|exhibit\w*|showcas\w*|not|never|fail\w*|miss\w*|reject\w*|withdr\w*|removed|dropped|demonstration|pilot|featured|provincial|lighthouse|rumou?r\w*|acqui\w*|sued|signed|deal|based on|runs on|uses)\b",
    re.IGNORECASE,
)
#: before a list of one
EVEN_ONE = late(r"namely|includ|such as|:|newcomer|addition|new|among", re.IGNORECASE)
LIST_ENDS = late(
    r"(?<!Ltd)(?<!Co)(?<!Inc)\.\s|,\s+(?:which|who|said|according|as|while|after|marking|bringing|making|accounting|covering)\b|\)(?=\s+(?!and\b|or\b)[a-z])|\s+(?:which|as well as the|said|according to|to (?:the|its)|on the|in the|while|after|this time)\s"
)
LIST_TOLD = late(
    r"\blist|roster|select|chosen|named|added|announc|releas|publish|unveil|newcomer|entrant|addition|new (?:member|face)|approv|recogni|designat|includ\w+ in|made the|public notice|winner|\bnew\b|candidate|proposed|recommend|nominat",
    re.IGNORECASE,
)
LIST_IN_TALK = late(r"\b(?:are|were|platforms?|companies|firms|enterprises)\b", re.IGNORECASE)
LIST_OF_OTHERS = late(
    r"appl(?:y|icants?|ied|ications?)|partner|customer|client|supplier|investor|exhibit|showcas|compet|cooperat|located|gather|users?\b|display|attend",
    re.IGNORECASE,
)
