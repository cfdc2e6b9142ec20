#include "gateway/commands/makers.hpp"
#include "gateway/user.hpp"

// Which rooms a person does not leave with their last client.

namespace dragoman::gateway::commands {

namespace {

class Stay final : public Command {
 public:
  explicit Stay(Opening opening) : Command(std::move(opening)) {
    chat::Form form;
    form.title = "Stay in rooms";
    form.instructions =
        "In the rooms that you choose you stay when your last client has gone, and after each restart. "
        "Others see you as away; what was said is in the archive.";
    chat::Field field = make_field(chat::Field::Kind::choices, "rooms", "Rooms", {});
    const User& who = person();
    who.each_room([&](const Room& room) {
      field.options.emplace_back(room.address(), room.name());
      if (room.persistent) field.values.push_back(room.address());
    });
    if (field.options.empty()) {
      fail("You are in no room.");
      return;
    }
    form.fields.push_back(std::move(field));
    show(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    std::vector<chat::RoomId> rooms;
    const auto chosen = answers.all().find("rooms");
    if (chosen != answers.all().end()) {
      for (const std::string& address : chosen->second) {
        const auto room = read_room(address);
        if (!room || person().room(*room) == nullptr) return refuse("rooms", "You are not in " + address + '.');
        rooms.push_back(*room);
      }
    }
    person().rooms().stay_in(rooms);
    finish(rooms.empty() ? "You leave every room with your last client."
                         : "You stay in " + std::to_string(rooms.size()) + (rooms.size() == 1 ? " room." : " rooms."));
  }
};

}  // namespace

Made make_stay(Opening opening) { return std::make_unique<Stay>(std::move(opening)); }

}  // namespace dragoman::gateway::commands
