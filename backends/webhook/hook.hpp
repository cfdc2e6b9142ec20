#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace dragoman::backends::webhook {

/// One token of a hook's address: its hash alone is kept.
struct TokenHash {
  std::string sha256;                ///< hexadecimal
  std::optional<Timestamp> until{};  ///< replaced by another one, and good until then; nothing: the one that holds
};

/// What a request must bring, all of it. Without any of these its address is enough.
struct Proof {
  Secret<std::string> bearer{};                ///< Authorization: Bearer ...; empty: not asked for
  Secret<std::string> basic{};                 ///< "user:password" of Authorization: Basic; empty: not asked for
  std::string signature{};                     ///< a scheme as signature.hpp reads it, "github"; empty: none
  std::vector<Secret<std::string>> secrets{};  ///< of the signature, the newest first; any of them will do
  std::vector<std::string> addresses{};        ///< of callers, as net::AddressRanges reads them; empty: any
};

/// Where what people say goes, and how.
struct Outgoing {
  Secret<std::string> url{};                   ///< may hold what lets us in
  std::string format = "standard";             ///< docs/networks/webhook.md lists them
  std::string text_template{};                 ///< of the format "template"
  std::vector<Secret<std::string>> secrets{};  ///< that sign it (whsec_...), the newest first; two during a rotation
  std::vector<std::string> events{};           ///< "message.created"...; empty: messages
  std::string prefix{};                        ///< only texts that begin with it; empty: all
  std::string pattern{};                       ///< only texts that fit this regular expression; empty: all
  bool mention_only = false;                   ///< only texts in the room that name the hook
  bool ignore_bridged = false;                 ///< not what a bridge tells from other rooms
  bool replies = true;                         ///< what the answer's body says is said
  Duration max_age{};                          ///< how long an event is tried, and
  Duration max_block{};                        ///< may hold up others; zero: as the network has it
  unsigned concurrency = 0;                    ///< requests at the same time; 0: as the network has it
  std::string fingerprint{};  ///< SHA-256 of the only certificate that is believed; empty: the system's authorities
  std::string disabled{};     ///< why nothing is sent any more (410, failing for days); empty: it is
};

/// A room of another network that a hook speaks in.
struct BoundRoom {
  enum class State {
    wanted,  ///< by an owner of the hook; it waits for an invitation
    asking,  ///< it is there, or on its way, and waits for a moderator's word
    bound,
    paused,  ///< it was thrown out; another invitation ends that
  };
  std::string address;  ///< "dev@conference.example.org", "#tea@irc.example.org"
  State state = State::wanted;
  std::string by{};           ///< who has let it in, or invites it
  bool through_room = false;  ///< the room has passed that invitation on
  std::string password{};     ///< of the room
  std::string text{};         ///< why it is paused
};

/// A hook: one address that programs send to, which is a contact and a room for people.
struct Hook {
  enum class Over { digest, reject, drop };    ///< what becomes of requests over the rate; all are counted and logged
  enum class Resolved { reply, edit, fresh };  ///< how the end of an alert is told

  std::string name;                      ///< localpart: [a-z0-9][a-z0-9._-]{0,63}
  std::string owner;                     ///< bare JID
  std::vector<std::string> co_owners{};  ///< bare JIDs: may do all but delete it
  std::vector<std::string> readers{};    ///< bare JIDs or domains that may subscribe and enter the room
  bool tells_owner = true;               ///< its owner hears it without having it as a contact
  bool is_public = false;                ///< is listed, and anybody may read it
  std::string title{};                   ///< for people; empty: the name
  std::string picture{};                 ///< an http(s) URL: what its contact looks like; empty: none
  Timestamp made{};
  std::vector<TokenHash> tokens{};
  Proof proof{};
  std::string format{};         ///< forced; empty: detected
  std::string text_template{};  ///< renders instead of the format's own words; empty: those
  std::string filter{};         ///< a rule (JSON); what does not fit is taken and not said; empty: all fits
  std::string events{};         ///< which are told, as EventList reads it; empty: all
  Over over = Over::digest;
  Resolved resolved = Resolved::reply;
  std::optional<Timestamp> muted_until{};  ///< nothing is said until then; it is counted and in the log
  bool paused = false;                     ///< requests are refused (403)
  bool sends_only = false;                 ///< and it is meant so: what people say is sent, nothing is taken
  std::optional<Outgoing> outgoing{};
  std::vector<BoundRoom> rooms{};

  const std::string& shown() const { return title.empty() ? name : title; }
};

/// Everything, secrets too: for the sealed store alone.
Secret<std::string> write_hook(const Hook& hook);
/// Fault::malformed: this is not what write_hook made.
Result<Hook> read_hook(const Secret<std::string>& text);

/// Whether this may be a hook's name.
bool is_hook_name(std::string_view name);

}  // namespace dragoman::backends::webhook
