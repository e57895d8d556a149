"""Members of chats as the Bot API shows them."""

from __future__ import annotations

from sandbox.telegram.model import Json

_ADMIN_RIGHTS = (
    *("can_be_edited", "can_manage_chat", "can_delete_messages", "can_manage_video_chats"),
    *("can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users"),
    *("can_post_stories", "can_edit_stories", "can_delete_stories", "can_send_welcome_messages"),
)


def member_json(user: Json, status: str) -> Json:
    """A Bot API ChatMember; an administrator has all rights."""
    if status == "kicked":
        return {"user": user, "status": status, "until_date": 0}
    is_admin = status == "administrator"
    rights = {**dict.fromkeys(_ADMIN_RIGHTS, True), "is_anonymous": False} if is_admin else {}
    return {"user": user, "status": status, **rights}
