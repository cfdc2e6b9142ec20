#include "gateway/access.hpp"
#include "gateway/commands/bridge_desk.hpp"
#include "gateway/commands/makers.hpp"
#include "gateway/user.hpp"

// Tying rooms together, by those who moderate them.

namespace dragoman::gateway::commands {

namespace {

using Kind = chat::Field::Kind;

constexpr const char* about_a_room = "Its address, for example #tea or room@conference.example.org";

/// What both commands have in common: which room is meant, and what the asker may do in it.
class AboutRooms : public Command {
 protected:
  using Command::Command;

  /// The address of a room that somebody typed: of this network as people there call it, else as it stands.
  std::string address_of(const std::string& typed) {
    if (typed.find('@') != std::string::npos && !typed.ends_with('@' + context().link.jid().str())) return typed;
    const auto room = read_room(typed);
    return room ? context().address(*room) : typed;
  }
  /// As the network itself says, for a room of ours that they are in.
  bool moderates(const std::string& address) {
    bool found = false;
    const User& who = person();
    who.each_room([&](const Room& room) {
      found = found || (room.address() == address && room.standing().role == chat::Role::moderator);
    });
    return found;
  }
  void answer(const Result<Report>& result) {
    if (!result) return fail(result.error().text);
    finish(result->said);
  }
};

class LinkRooms final : public AboutRooms {
 public:
  explicit LinkRooms(Opening opening) : AboutRooms(std::move(opening)) {
    chat::Form form;
    form.title = "Tie two rooms together";
    form.instructions = "What is said in one is told in the other, by a bot. A moderator of each room has to agree.";
    form.fields.push_back(make_field(Kind::text, "room", "Room that you moderate", about_a_room, true));
    form.fields.push_back(make_field(Kind::text, "other", "Other room", about_a_room, true));
    if (!place().room.empty()) form.fields.front().values = {context().address(place().room)};
    show(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    BridgeDesk::LinkRequest request;
    request.by = asker().bare_view();
    request.network = context().link.jid().str();
    request.room = address_of(answers.get("room"));
    request.other = address_of(answers.get("other"));
    request.is_admin = is_admin(context().policy, asker());
    request.agrees = moderates(request.room);
    answer(context().bridges->link(request));
  }
};

class UnlinkRoom final : public AboutRooms {
 public:
  explicit UnlinkRoom(Opening opening) : AboutRooms(std::move(opening)) {
    chat::Form form;
    form.title = "Take a room out of its bridge";
    form.fields.push_back(make_field(Kind::text, "room", "Room", about_a_room, true));
    if (!place().room.empty()) form.fields.front().values = {context().address(place().room)};
    show(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    const std::string room = address_of(answers.get("room"));
    const bool may = moderates(room) || is_admin(context().policy, asker());
    answer(context().bridges->unlink(room, asker().bare().str(), may));
  }
};

}  // namespace

Made make_link(Opening opening) { return std::make_unique<LinkRooms>(std::move(opening)); }
Made make_unlink(Opening opening) { return std::make_unique<UnlinkRoom>(std::move(opening)); }

}  // namespace dragoman::gateway::commands
