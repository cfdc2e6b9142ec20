#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace dragoman::chat {
struct Account;
}

// People of other networks for whom a bridge speaks (chat::Account::settings "voice"), as users of an application
// service. Their names are those of GhostNames, of texts that no bare JID is:
//
//   alice on irc.example.org                   irc.example.org/alice    @_xmpp_irc.example.org/alice:hs.tld
//   somebody in the XMPP room dev@muc.tld      dev@muc.tld/0c7f5a...    @_xmpp_dev=40muc.tld/0c7f5a...:hs.tld

namespace dragoman::backends::matrix {

/// Whether a session with this account speaks for somebody of a bridge.
bool is_voice_account(const chat::Account& account);
/// Who that is, as GhostNames takes it. `hide`: a text that stays the same and gives nothing away, in place of what a
/// room does not show (chat::Account::settings "hidden").
std::string voice_name(const chat::Account& account, const std::function<std::string(std::string_view)>& hide);
/// Whether the text behind a ghost's name is that of a voice.
bool is_voice_name(std::string_view owner);
/// Under what a session keeps what it knows: its owner, unless the owner has several sessions here.
std::string session_key(const chat::Account& account);

}  // namespace dragoman::backends::matrix
