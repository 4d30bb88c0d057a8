"""What the pages of self-service say, in both languages: (Chinese, English)."""

from __future__ import annotations

from dualcross.alerts.words import Lang

CHANNELS = {
    "email": ("电子邮件", "E-mail"),
    "webhook": ("Webhook（签名）", "Web hook (signed)"),
    "slack": ("Slack", "Slack"),
    "teams": ("Microsoft Teams", "Microsoft Teams"),
    "telegram": ("Telegram", "Telegram"),
    "feishu": ("飞书", "Feishu / Lark"),
    "dingtalk": ("钉钉", "DingTalk"),
    "wecom": ("企业微信", "WeCom"),
    "ntfy": ("ntfy", "ntfy"),
}
CADENCES = {
    "now": ("即时", "At once"),
    "daily@08:00": ("每天 08:00 汇总", "Daily digest at 08:00"),
    "daily@18:00": ("每天 18:00 汇总", "Daily digest at 18:00"),
    "weekly@mon-08:00": ("每周一 08:00 汇总", "Weekly digest, Mondays at 08:00"),
}
STATES = {
    "pending": ("待确认", "waiting for confirmation"),
    "active": ("有效", "active"),
    "paused": ("已暂停", "paused"),
    "ended": ("已退订", "ended"),
}
_PHRASES: dict[str, tuple[str, str]] = {
    "sign_up": ("订阅", "Sign up"),
    "sign_up.title": ("订阅双跨平台动态", "Sign up for alerts"),
    "sign_up.text": (
        "一件事只提醒一次，附原文引句和来源。提交后会向该地址发送确认链接，确认之前不会再发送任何内容。",
        (
            "One event, one alert, with the quote and its source. A link to confirm is sent to the address first; "
            "nothing else follows until you press its button."
        ),
    ),
    "sign_up.done": ("请查收确认链接", "Look for the link"),
    "sign_up.done.text": (
        "如果该地址可以送达，确认链接已在路上。七天内有效。",
        "If this address can be written to, a message with a link is on its way. It works for seven days.",
    ),
    "settings": ("订阅设置", "Settings"),
    "settings.title": ("订阅设置", "Your subscription"),
    "saved": ("已保存。", "Saved."),
    "save": ("保存", "Save"),
    "pause": ("暂停", "Pause"),
    "pause.text": ("暂停期间不发送；恢复后照常。", "Nothing is sent until you resume."),
    "resume": ("恢复", "Resume"),
    "resume.text": ("重新开始发送。", "Messages come again."),
    "delete": ("删除我的数据", "Delete my data"),
    "delete.text": ("立即删除地址和订阅，无法撤销。", "Address and subscription are gone at once and for good."),
    "end": ("暂停或删除", "Pause or delete"),
    "data": ("下载我们保存的关于您的全部数据", "Everything that is kept about you"),
    "feeds": ("在阅读器中查看", "Read it elsewhere"),
    "feeds.text": (
        "同样的提醒也可由阅读器或日历拉取。链接仅供您本人使用。",
        "The same alerts for a feed reader or a calendar. The links are yours alone.",
    ),
    "waiting": ("暂缓发送：", "Held back for you:"),
    "parked": ("该地址被接收方永久拒收：", "The receiver refuses this address for good:"),
    "confirm": ("确认订阅", "Confirm"),
    "confirm.title": ("确认订阅", "Confirm your subscription"),
    "confirm.text": ("按下按钮后开始发送。", "Messages begin when you press the button."),
    "confirm.done": ("订阅已确认", "You are subscribed"),
    "confirm.done.text": (
        "以后每条消息都带有设置和退订链接。",
        "Every message carries a link to the settings and one to unsubscribe.",
    ),
    "unsubscribe": ("退订", "Unsubscribe"),
    "unsubscribe.title": ("退订", "Unsubscribe"),
    "unsubscribe.text": ("按下按钮后不再发送。", "Press the button and no more messages come."),
    "unsubscribe.done": ("已退订", "You have left"),
    "unsubscribe.done.text": ("不会再收到消息。", "No more messages will come."),
    "right": ("这条准确", "This is right"),
    "right.title": ("这条提醒准确吗？", "Is this alert right?"),
    "right.text": ("您的回答会成为改进识别的样本。", "Your answer becomes an example that improves the recognition."),
    "wrong": ("这条有误", "This is wrong"),
    "wrong.title": ("这条提醒有误吗？", "Is this alert wrong?"),
    "wrong.text": (
        "您的回答会成为改进识别的样本，并由人工复核。",
        "Your answer becomes an example that improves the recognition, and a person looks at it.",
    ),
    "feedback.done": ("谢谢", "Thank you"),
    "feedback.done.text": ("已记录您的回答。", "Your answer is kept."),
    "deleted.done": ("已删除", "Deleted"),
    "deleted.done.text": ("您的地址和订阅已删除。", "Your address and your subscription are gone."),
    "alert": ("提醒", "Alert"),
    "quote": ("引文", "Quote"),
    "source": ("来源", "Source"),
    "note": ("备注（可不填）", "Note (may stay empty)"),
    "problem": ("无法完成", "That cannot be done"),
    "problem.text": (
        "每条消息里都有新的链接。",
        "Every message carries fresh links.",
    ),
    "channel": ("渠道", "Channel"),
    "address": ("地址", "Address"),
    "secret": ("密钥（可不填）", "Secret (may stay empty)"),
    "secret.hint": (
        "飞书、钉钉的加签密钥，ntfy 或 Telegram 的令牌，webhook 自带的密钥；加密保存，不再显示",
        "What a Feishu or DingTalk robot signs with, a token of ntfy or Telegram, a web hook's own; kept encrypted",
    ),
    "secret.once": (
        "请保存此密钥，用于校验每条消息的签名。它不会再次显示：",
        "Keep this secret: it verifies the signature of each message, and is not shown again.",
    ),
    "state": ("状态", "State"),
    "query": ("查询", "Query"),
    "query.hint": (
        "留空即全部；如 region:440000 或 operator:华为",
        "Empty for everything; or like region:440000, operator:华为",
    ),
    "everything": ("全部", "everything"),
    "triggers": ("类型", "Kinds"),
    "language": ("语言", "Language"),
    "cadence": ("频率", "How often"),
    "quiet": ("免打扰时段", "Quiet hours"),
    "quiet.hint": (
        "如 22:00-07:30；期间暂缓，结束后一并发送",
        "Like 22:00-07:30; what comes meanwhile is told in one message",
    ),
    "timezone": ("时区", "Time zone"),
    "min_ladder": ("证据要求", "Evidence"),
    "ladder.reported": ("有报道即可", "a first report"),
    "ladder.corroborated": ("多个独立来源印证", "independent sources"),
    "ladder.confirmed": ("官方确认", "official confirmation"),
    "min_confidence": ("最低置信度", "Confidence"),
    "min_confidence.hint": ("0 到 1", "From 0 to 1"),
    "cap": ("每小时上限", "Messages an hour"),
    "cap.hint": ("0 为不限；超出部分合并为一条", "0 for no limit; what is more comes in one summary"),
    "always": ("没有新事件时也发送汇总", "Send the digest also when nothing happened"),
}


def phrase(key: str, language: Lang) -> str:
    """Return the words of that key; they hold no markup and need no escape."""
    pair = _PHRASES[key]
    return pair[0] if language == "zh" else pair[1]
