#include "gateway/commands/makers.hpp"
#include "gateway/user.hpp"

// Entering and leaving rooms. Only a client can enter one: it is invited.

namespace dragoman::gateway::commands {

namespace {

using Kind = chat::Field::Kind;

class Join final : public Command {
 public:
  explicit Join(Opening opening) : Command(std::move(opening)) {
    if (!place().room.empty()) {
      invite(place().room, {});
      return;
    }
    chat::Form form;
    form.title = "Join a room";
    form.instructions = "You get an invitation to the room.";
    form.fields.push_back(make_field(Kind::text, "room", "Room", "As people there call it, for example #tea", true));
    form.fields.push_back(make_field(Kind::secret, "password", "Password of the room", "If it needs one"));
    show(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    const auto room = read_room(answers.get("room"));
    if (!room) return refuse("room", room.error().text);
    invite(*room, answers.get("password"));
  }

 private:
  void invite(const chat::RoomId& room, const std::string& password) {
    person().invitations().offer(room, password, asker().str());
    const std::string address = context().address(room);
    finish("You are invited to " + address + " (" + xmpp::to_uri(address) +
           "?join). Accept the invitation, or join this address with your client.");
  }
};

class Leave final : public Command {
 public:
  explicit Leave(Opening opening) : Command(std::move(opening)) {
    if (!place().room.empty()) {
      leave(place().room);
      return;
    }
    chat::Form form;
    form.title = "Leave a room";
    form.instructions = "You leave it with all your clients.";
    chat::Field field = make_field(Kind::choice, "room", "Room", {}, true);
    const User& who = person();
    who.each_room([&](const Room& room) { field.options.emplace_back(room.address(), room.name()); });
    if (field.options.empty()) {
      fail("You are in no room.");
      return;
    }
    form.fields.push_back(std::move(field));
    show(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    const auto room = read_room(answers.get("room"));
    if (!room) return refuse("room", room.error().text);
    leave(*room);
  }

 private:
  void leave(const chat::RoomId& room) {
    const std::string address = context().address(room);
    if (!person().rooms().leave(room)) return fail("You are not in " + address + '.');
    finish("You have left " + address + '.');
  }
};

}  // namespace

Made make_join(Opening opening) { return std::make_unique<Join>(std::move(opening)); }
Made make_leave(Opening opening) { return std::make_unique<Leave>(std::move(opening)); }

}  // namespace dragoman::gateway::commands
