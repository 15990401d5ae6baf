"""How this site sends, in words for the settings page: never a password, never a key."""

from collections import Counter

from nanhua_emergency.config import current_setting, scheme_of
from nanhua_emergency.languages import _, translated
from nanhua_emergency.mail_url import Safety, read_mail_url
from nanhua_emergency.reminders.channels import CHANNEL_NAMES
from nanhua_emergency.reminders.rounds import outbox

_SAFETY_NAMES = {
    Safety.PLAIN: "不加密", Safety.TLS: "TLS 加密", Safety.STARTTLS: "STARTTLS 加密",
}  # fmt: skip


def list_sending_facts() -> list[tuple[str, str]]:
    """Name and value of everything that decides how reminders leave."""
    return [
        *_list_post_facts(),
        (_("每分钟最多"), _("%(most)s 封", most=current_setting("MAILS_PER_MINUTE"))),
        (_("邮件里的网址"), current_setting("SITE_URL")),
        (_("群机器人"), _name_robots(current_setting("NOTIFY_URLS"))),
    ]


def _list_post_facts() -> list[tuple[str, str]]:
    url = current_setting("MAIL_URL")
    if not url:
        return [(_("邮件"), _("没有设置邮件服务器，存成文件：%(folder)s", folder=outbox()))]
    server = read_mail_url(url)
    return [
        (_("邮件服务器"), f"{server.host}:{server.port}（{_(_SAFETY_NAMES[server.safety])}）"),
        (_("登录账号"), server.user or _("不用登录")),
        (_("发件人"), server.sender),
    ]


def _name_robots(urls: tuple[str, ...]) -> str:
    counts = Counter(CHANNEL_NAMES.get(scheme_of(url), "?") for url in urls)
    names = [
        _("%(name)s %(count)s 个", name=translated(name), count=n) for name, n in counts.items()
    ]
    return _("，").join(names) or _("没有")
