#include <algorithm>

#include "gateway/commands/makers.hpp"
#include "gateway/room_lists.hpp"

// The rooms of the network, in pages.

namespace dragoman::gateway::commands {

namespace {

using Kind = chat::Field::Kind;

constexpr std::size_t page_size = 20;

class Rooms final : public Command {
 public:
  explicit Rooms(Opening opening) : Command(std::move(opening)) {
    chat::Form form;
    form.title = "Rooms of " + network_name();
    form.instructions =
        "Looks in names and topics; the largest rooms come first. The address of a list of rooms shows what is in it.";
    form.fields.push_back(make_field(Kind::text, "filter", "Part of the name or topic", "Empty: all rooms"));
    add_part_field(form);
    show(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    if (asked_) return show_page(first_ + page_size);
    std::function<void(const Result<chat::RoomList>&)> listed = [this](const Result<chat::RoomList>& rooms) {
      if (!rooms) return fail(rooms.error().text);
      if (rooms->rooms.empty()) return finish("There are no such rooms, or none that is shown to you.");
      rooms_ = *rooms;
      asked_ = true;
      show_page(0);
    };
    const std::string &filter = answers.get("filter"), of = part(answers);
    const auto typed = context().network.parse_typed(filter);
    const auto* list = typed ? std::get_if<chat::RoomId>(&*typed) : nullptr;
    if (filter.empty() || list == nullptr) {
      return desk().room_lists.get(asker(), of, filter, guarded(std::move(listed)));
    }
    // What is in a list of rooms, where it is the address of one.
    std::function<void(const Result<chat::RoomList>&)> looked = [this, of, filter,
                                                                 listed](const Result<chat::RoomList>& rooms) {
      if (rooms || rooms.error().fault != Fault::not_found) return listed(rooms);
      desk().room_lists.get(asker(), of, filter, guarded(listed));
    };
    desk().room_lists.get_inside(asker(), *list, guarded(std::move(looked)));
  }

  void back() override { show_page(first_ - std::min(first_, page_size)); }

 private:
  void show_page(std::size_t first) {
    first_ = std::min(first, rooms_.rooms.size() - 1);
    const std::size_t last = std::min(first_ + page_size, rooms_.rooms.size());
    chat::Form page;
    page.title = "Rooms of " + network_name();
    page.instructions = std::to_string(first_ + 1) + " to " + std::to_string(last) + " of " +
                        std::to_string(rooms_.rooms.size()) + (rooms_.complete ? "" : " and more");
    page.columns = {make_field(Kind::address, "jid", "Address"), make_field(Kind::text, "topic", "Topic"),
                    make_field(Kind::text, "people", "People")};
    for (std::size_t i = first_; i < last; ++i) {
      const chat::RoomSummary& room = rooms_.rooms[i];
      page.rows.push_back(
          {context().address(room.room), room.topic, room.is_list ? "list of rooms" : std::to_string(room.occupants)});
    }
    page.back = first_ > 0;
    page.more = last < rooms_.rooms.size();
    show(std::move(page));
  }

  chat::RoomList rooms_;
  bool asked_ = false;
  std::size_t first_ = 0;  // of the page that is shown
};

}  // namespace

Made make_rooms(Opening opening) { return std::make_unique<Rooms>(std::move(opening)); }

}  // namespace dragoman::gateway::commands
