#pragma once

#include <map>
#include <memory>
#include <string>

#include "backends/muc/state.hpp"
#include "backends/services.hpp"
#include "chat/network.hpp"
#include "xmpp/link.hpp"

namespace dragoman::backends::muc {

/// XMPP rooms elsewhere (XEP-0045) as a network, for bridges. It is no [[network]] of its own: it speaks through the
/// stream of one, whose domain its voices are of.
///
/// A session is one voice: an address of ours that enters rooms, each as one occupant. What an Account says of it:
/// * `owner`: the name of the bridge, under which is kept where its rooms were left (Services::keep_of);
/// * `nickname`: wished in each room, unless a JoinRoom wishes another; when somebody else has it, "nick[irc]",
///   "nick[irc]2" ... (irc: the first label of our domain);
/// * `settings`: "voice", the localpart of an address that is somebody's here, of which only a resource is used;
///   without it the voice has an address of its own, "bridge-<owner>", with a resource for each session; "deaf" (a
///   flag): it hears neither what is said in its rooms nor who is there, because another voice does (puppets);
///   "doubts_since" (ms since 1970): a deaf voice that may have spoken since then, before a restart, looks into the
///   archive before it speaks.
///
/// A RoomId is the address of a room ("dev@conference.example.org"), a PersonId in a room that of an occupant
/// ("dev@conference.example.org/alice"), outside of one somebody's bare address. A MessageId is the stanza-id that the
/// room gave, else the id of the stanza. Author::identity is the bare address of somebody where the room shows it, else
/// their occupant id (XEP-0421), else nothing lasting: their address as an occupant; Author::self is any voice of this
/// network.
///
/// RoomLeft with `lost`, or `refused` with a fault that passes (unavailable, full ...): the session goes on trying, and
/// RoomJoined follows; any other (kicked, banned, destroyed ...): it is for the owner to say JoinRoom again. A JoinRoom
/// that ends in Failed is not tried again. A message that was written before a link died ends when the room's archive
/// has said whether it has it: Done, or `not_sent`; without an archive it is `unsure`. SendMessage::key makes that work
/// over restarts too.
class Network final : public chat::Network {
 public:
  /// `link` and `services` are those of the [[network]], started, and outlive this.
  Network(xmpp::Link& link, backends::Services& services);
  ~Network() override;

  const chat::Description& describe() const override { return description_; }
  void start() override {}
  void stop() override {}
  Result<Address> parse(std::string_view text) const override;
  /// Also "xmpp:dev@conference.example.org?join".
  Result<Address> parse_typed(std::string_view text) const override;
  std::string format(const chat::RoomId& room) const override { return room.text; }
  std::string format(const chat::PersonId& person) const override { return person.text; }
  Result<chat::PersonId> person_in_room(const chat::RoomId& room, std::string_view nickname) const override;
  bool same_name(std::string_view a, std::string_view b, const std::string&) const override { return a == b; }
  std::string realm_of(const chat::RoomId& room) const override { return room.text; }
  chat::Form account_form(const chat::Account&) const override { return {}; }
  /// Nobody registers here.
  Result<chat::Account> read_account(const chat::Fields& answers, const chat::Account& account) const override;
  std::vector<chat::DialogOffer> dialogs() const override { return {}; }
  std::unique_ptr<chat::Dialog> open_dialog(const std::string&, const chat::Account&, chat::Dialog::Show) override {
    return nullptr;
  }
  std::unique_ptr<chat::Session> open(const chat::Account& account, chat::Observer& observer) override;

 private:
  xmpp::Link& link_;
  backends::Services& services_;
  chat::Description description_;
  Shared shared_;
};

}  // namespace dragoman::backends::muc
