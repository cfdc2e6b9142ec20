#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/dialog.hpp"
#include "chat/ids.hpp"
#include "xmpp/jid.hpp"

namespace dragoman::gateway::dialogs {

/// Where something is asked for: at the gateway itself (nothing is set), at a room, a person or a part of the network.
struct Place {
  chat::RoomId room;
  chat::PersonId person;
  std::string address;  ///< as it stands in stanzas
  std::string part{};   ///< of a network in parts, this one (neither room nor person is set)
  bool is_service() const { return room.empty() && person.empty() && part.empty(); }
};

/// Something that can be asked for, the same in every way of asking.
struct Offer {
  std::string node;          ///< of XEP-0050
  std::string name;          ///< what people write, one word in lower case
  std::string title;         ///< "Join a room"
  std::string usage;         ///< what may stand behind the name: "#room [password]"
  std::string group;         ///< under which heading help shows it
  std::string refusal = {};  ///< why this person may not have it; empty: they may
  bool in_chat = true;       ///< at a person: also as a word behind a sign in a chat with them ("!test")
};

/// Whether a client shows the forms that a command ends in, as far as it has said (XEP-0115).
enum class ShowsForms { yes, no, unknown };

/// Where the offers come from (gateway/commands).
class Offers {
 public:
  virtual ShowsForms shows_forms(const xmpp::Jid& client) const = 0;
  /// What there is at a place, in the order in which it is shown; also what this person may not have.
  virtual std::vector<Offer> offers(const xmpp::Jid& asker, const Place& place) const = 0;
  /// Starts one of them for a client. `show` may be called after the dialog was destroyed never, before that at any
  /// time but from inside open, submit, back and cancel.
  virtual std::unique_ptr<chat::Dialog> open(const Offer& offer, const xmpp::Jid& asker, const Place& place,
                                             chat::Dialog::Show show) = 0;

 protected:
  ~Offers() = default;
};

}  // namespace dragoman::gateway::dialogs
