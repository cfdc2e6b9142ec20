#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "backends/irc/casemap.hpp"
#include "backends/irc/message.hpp"

namespace dragoman::backends::irc {

/// What a server said about itself in 005 (modern.ircdocs.horse #rplisupport-005), with the defaults that hold before.
/// Values may change at any time; "-TOKEN" sets the default again.
struct Isupport {
  std::string channel_types = "#&";
  std::string prefix_modes = "ov";    ///< strongest first, at most 8
  std::string prefix_symbols = "@+";  ///< the symbol of each, in the same order
  std::string list_modes = "beI";     ///< CHANMODES A: always a parameter
  std::string key_modes = "k";        ///< B: always a parameter
  std::string limit_modes = "l";      ///< C: a parameter when set
  std::string flag_modes = "imnpst";  ///< D: never a parameter
  std::string status_message;         ///< STATUSMSG: symbols that may stand before a channel
  std::string network;
  std::string icon;             ///< draft/ICON: where a picture of the network is
  std::string denied_tags;      ///< CLIENTTAGDENY
  std::string extban_sign;      ///< EXTBAN: stands before an extended ban; may be empty
  std::string account_extbans;  ///< ACCOUNTEXTBAN: what bans an account is called, several with commas between them
  Casemap casemap = Casemap::rfc1459;
  std::size_t nick_length = 0;  ///< 0: not told, here and below; bytes
  std::size_t channel_length = 0;
  std::size_t topic_length = 0;
  std::size_t kick_length = 0;
  std::size_t away_length = 0;
  std::size_t name_length = 0;  ///< NAMELEN: of a real name
  std::size_t line_length = 0;  ///< LINELEN
  std::size_t modes_a_line = 3;
  std::size_t join_targets = 0;  ///< TARGMAX JOIN; 0: no limit told
  std::size_t key_length = 0;
  std::optional<std::size_t> monitor;  ///< nicknames that may be watched, 0: any number; nothing: there is no MONITOR
  std::optional<std::size_t> watch;    ///< the same of WATCH
  /// CHATHISTORY: messages that may be asked for at once, 0: any number; nothing: not told.
  std::optional<std::size_t> history;
  bool refers_by_id = false;  ///< MSGREFTYPES: knows messages by their msgid
  bool silence = false;       ///< keeps messages of masks away from us
  bool whox = false;
  bool safe_rate = false;     ///< soju.im/SAFERATE: nobody is disconnected for speaking fast
  bool all_prefixes = false;  ///< NAMESX: NAMES show every rank when they are asked to (PROTOCTL)
  bool user_hosts = false;    ///< UHNAMES: and the host of everybody
  char bot_mode = 0;          ///< BOT: the mode, and the flag in WHO, of programs; 0: there is none
  char deaf_mode = 0;         ///< DEAF: the mode of who is not sent what channels say; 0: there is none
  bool utf8_only = false;
  bool list_by_mask = false;      ///< ELIST M
  bool bound_to_network = false;  ///< BOUNCER_NETID with a value: of the bouncer's networks this one is ours
  bool account_required = false;  ///< nobody gets in without a login

  bool operator==(const Isupport&) const = default;

  /// Applies the tokens of a 005 (its first parameter is our nick, its last one is prose). True when CASEMAPPING
  /// changed: everything that is keyed by folded names must be keyed anew.
  bool apply(const Message& message);
  bool is_channel(std::string_view target) const {
    return !target.empty() && channel_types.find(target.front()) != std::string::npos;
  }

 private:
  void set(std::string_view key, std::string_view value, bool removed);
};

}  // namespace dragoman::backends::irc
