#include "backends/irc/error_table.hpp"

#include <algorithm>
#include <array>

namespace dragoman::backends::irc {

namespace {

constexpr Concerns join = Concerns::join, message = Concerns::message, command = Concerns::command,
                   nickname = Concerns::nickname;

using Again = ErrorRow::Again;

// defs.ircdocs.horse; sorted. The texts of servers differ, their numbers do not.
constexpr auto table = std::to_array<ErrorRow>({
    {"263", Fault::limited, join | command, Again::yes},             // RPL_TRYAGAIN
    {"401", Fault::not_found, message | command},                    // ERR_NOSUCHNICK
    {"402", Fault::not_found, message | command},                    // ERR_NOSUCHSERVER
    {"403", Fault::not_found, join | message | command},             // ERR_NOSUCHCHANNEL
    {"404", Fault::forbidden, message},                              // ERR_CANNOTSENDTOCHAN
    {"405", Fault::limited, join},                                   // ERR_TOOMANYCHANNELS
    {"406", Fault::not_found, command},                              // ERR_WASNOSUCHNICK
    {"407", Fault::limited, join | message},                         // ERR_TOOMANYTARGETS
    {"408", Fault::forbidden, message},                              // ERR_NOCOLORSONCHAN
    {"410", Fault::unsupported, command},                            // ERR_INVALIDCAPCMD
    {"411", Fault::unacceptable, message | command},                 // ERR_NORECIPIENT
    {"412", Fault::unacceptable, message},                           // ERR_NOTEXTTOSEND
    {"413", Fault::too_long, message},                               // ERR_NOTOPLEVEL
    {"414", Fault::forbidden, message},                              // ERR_WILDTOPLEVEL
    {"415", Fault::members_only, message},                           // ERR_MSGNEEDREGGEDNICK (solanum, OFTC), BADMASK
    {"416", Fault::limited, command},                                // ERR_TOOMANYMATCHES
    {"417", Fault::too_long, message | command},                     // ERR_INPUTTOOLONG
    {"421", Fault::unsupported, command},                            // ERR_UNKNOWNCOMMAND
    {"431", Fault::unacceptable, nickname},                          // ERR_NONICKNAMEGIVEN
    {"432", Fault::unacceptable, nickname},                          // ERR_ERRONEUSNICKNAME
    {"433", Fault::conflict, nickname},                              // ERR_NICKNAMEINUSE
    {"435", Fault::forbidden, nickname},                             // ERR_BANONCHAN
    {"436", Fault::conflict, nickname},                              // ERR_NICKCOLLISION
    {"437", Fault::limited, join | nickname | command, Again::yes},  // ERR_UNAVAILRESOURCE
    {"438", Fault::limited, nickname},                               // ERR_NICKTOOFAST
    {"439", Fault::limited, join | message | nickname, Again::yes},  // ERR_TARGETTOOFAST
    {"440", Fault::unavailable, message | command},                  // ERR_SERVICESDOWN
    {"441", Fault::not_found, command},                              // ERR_USERNOTINCHANNEL
    {"442", Fault::unacceptable, message | command},                 // ERR_NOTONCHANNEL
    {"443", Fault::conflict, command},                               // ERR_USERONCHANNEL
    {"447", Fault::forbidden, nickname | join},                      // ERR_NONICKCHANGE
    {"448", Fault::forbidden, join},                                 // ERR_FORBIDDENCHANNEL
    {"460", Fault::forbidden, command},                              // ERR_NOTFORHALFOPS
    {"461", Fault::unacceptable, command},                           // ERR_NEEDMOREPARAMS
    {"467", Fault::conflict, command},                               // ERR_KEYSET
    {"468", Fault::forbidden, command},                              // ERR_INVALIDUSERNAME, ERR_ONLYSERVERSCANCHANGE
    {"470", Fault::closed, join},                                    // ERR_LINKCHANNEL: forwarded
    {"471", Fault::full, join, Again::when_known},                   // ERR_CHANNELISFULL
    {"472", Fault::unsupported, command},                            // ERR_UNKNOWNMODE
    {"473", Fault::members_only, join},                              // ERR_INVITEONLYCHAN
    {"474", Fault::forbidden, join},                                 // ERR_BANNEDFROMCHAN
    {"475", Fault::unauthorized, join},                              // ERR_BADCHANNELKEY
    {"476", Fault::malformed, join},                                 // ERR_BADCHANMASK
    {"477", Fault::members_only, join | message | command},          // ERR_NEEDREGGEDNICK, ERR_NOCHANMODES
    {"478", Fault::limited, command},                                // ERR_BANLISTFULL
    {"479", Fault::malformed, join},                                 // ERR_BADCHANNAME
    {"480", Fault::limited, join, Again::yes},                       // ERR_THROTTLE
    {"481", Fault::forbidden, command},                              // ERR_NOPRIVILEGES
    {"482", Fault::forbidden, command},                              // ERR_CHANOPRIVSNEEDED
    {"484", Fault::forbidden, command | nickname},                   // ERR_RESTRICTED, ERR_ISCHANSERVICE
    {"485", Fault::forbidden, command | join},                       // ERR_UNIQOPPRIVSNEEDED
    {"486", Fault::not_allowed, message},                            // ERR_NONONREG
    {"488", Fault::forbidden, message},           // no such server feature on some, refusal on others
    {"489", Fault::not_allowed, join},            // ERR_SECUREONLYCHAN
    {"490", Fault::not_allowed, join | message},  // ERR_ALLMUSTSSL
    {"492", Fault::forbidden, message},           // ERR_NOCTCP
    {"494", Fault::forbidden, message},           // ERR_OWNMODE
    {"495", Fault::limited, join, Again::yes},    // ERR_DELAYREJOIN
    {"499", Fault::forbidden, command},           // ERR_CHANOWNPRIVNEEDED
    {"500", Fault::limited, join, Again::yes},    // ERR_TOOMANYJOINS
    {"501", Fault::unacceptable, command},        // ERR_UMODEUNKNOWNFLAG
    {"502", Fault::forbidden, command},           // ERR_USERSDONTMATCH
    {"518", Fault::forbidden, command},           // ERR_NOINVITE
    {"519", Fault::not_allowed, join},            // ERR_ADMONLY
    {"520", Fault::not_allowed, join},            // ERR_OPERONLY
    {"524", Fault::not_found, command},           // ERR_HELPNOTFOUND
    {"525", Fault::unauthorized, command},        // ERR_INVALIDKEY
    {"531", Fault::forbidden, message},           // ERR_CANTSENDTOUSER
    {"573", Fault::forbidden, message},           // ERR_CANNOTSENDRP
    {"691", Fault::unavailable, command},         // ERR_STARTTLS
    {"696", Fault::malformed, command},           // ERR_INVALIDMODEPARAM
    {"698", Fault::not_found, command},           // ERR_LISTMODENOTSET
    {"716", Fault::not_allowed, message},         // ERR_TARGUMODEG
    {"717", Fault::not_allowed, message},         // RPL_TARGNOTIFY
    {"723", Fault::forbidden, command},           // ERR_NOPRIVS
    {"742", Fault::forbidden, command},           // ERR_MLOCKRESTRICTED
    {"743", Fault::unacceptable, command},        // ERR_INVALIDBAN
    {"926", Fault::forbidden, join},              // ERR_BADCHANNEL
    {"936", Fault::forbidden, message},           // ERR_WORDFILTERED
    {"972", Fault::forbidden, command},           // ERR_CANNOTDOCOMMAND
    {"974", Fault::forbidden, command},           // ERR_CANTCHANGECHANMODE
});

struct Code {
  std::string_view code;
  Fault fault;
};
constexpr auto codes = std::to_array<Code>({
    {"ACCOUNT_REQUIRED", Fault::members_only},
    {"INVALID_TARGET", Fault::not_found},
    {"INVALID_UTF8", Fault::malformed},
    {"INVALID_PARAMS", Fault::unacceptable},
    {"NEED_MORE_PARAMS", Fault::unacceptable},
    {"NEED_REGISTRATION", Fault::unavailable},
    {"UNKNOWN_COMMAND", Fault::unsupported},
    {"PRIVS_NEEDED", Fault::forbidden},
    {"CHANNEL_NAME_IN_USE", Fault::conflict},
    {"CANNOT_RENAME", Fault::forbidden},
    {"RATE_LIMITED", Fault::limited},
    {"TEMPORARILY_UNAVAILABLE", Fault::limited},
    {"REDACT_FORBIDDEN", Fault::forbidden},
    {"REDACT_WINDOW_EXPIRED", Fault::not_allowed},
    {"UNKNOWN_MSGID", Fault::not_found},
    {"MULTILINE_MAX_BYTES", Fault::too_long},
    {"MULTILINE_MAX_LINES", Fault::too_long},
    {"MULTILINE_INVALID", Fault::unacceptable},
    {"MULTILINE_INVALID_TARGET", Fault::unacceptable},
    {"INTERNAL_ERROR", Fault::unavailable},
    {"TIMEOUT", Fault::timeout},
    {"MESSAGE_ERROR", Fault::unavailable},
    {"INVALID_MSGREFTYPE", Fault::unsupported},
    {"INVALID_REALNAME", Fault::unacceptable},
    {"CANNOT_CHANGE_REALNAME", Fault::forbidden},
});

}  // namespace

const ErrorRow* find_error(std::string_view numeric) {
  const auto* const row = std::lower_bound(table.begin(), table.end(), numeric,
                                           [](const ErrorRow& a, std::string_view b) { return a.numeric < b; });
  return row != table.end() && row->numeric == numeric ? row : nullptr;
}

Fault fault_of_code(std::string_view code) {
  const auto* const row =
      std::find_if(codes.begin(), codes.end(), [code](const Code& each) { return each.code == code; });
  return row == codes.end() ? Fault::unacceptable : row->fault;
}

}  // namespace dragoman::backends::irc
