#include <utility>

#include "backends/webhook/hub.hpp"
#include "backends/webhook/message_id.hpp"
#include "backends/webhook/rooms.hpp"

// What hooks say in rooms of other networks.

namespace dragoman::backends::webhook {

void Rooms::say(const Hook& hook, const std::string& id, const std::string& edited, const chat::Content& content) {
  for (const BoundRoom& each : hook.rooms) {
    if (each.state != BoundRoom::State::bound || desk_ == nullptr) continue;
    if (!bridge_in(each.address).empty()) continue;  // the bridge hears what is said in the hook's own room
    RoomDesk::Words words;
    words.id = id;
    words.about = edited.empty() ? content.reply_to.text : edited;
    chat::Content said = content;
    said.reply_to = {};
    if (edited.empty()) {
      words.command = chat::SendMessage{{}, std::move(said)};
    } else {
      words.command = chat::EditMessage{{}, {}, std::move(said)};
    }
    desk_->say({hook.name, each.address}, words);
  }
}

void Rooms::answer(const std::string& hook, const Happening& to, const std::string& id, const std::string& edited,
                   chat::Content content, bool alone) {
  RoomDesk::Words words;
  words.id = id;
  if (alone) {
    words.alone = to.from.nickname;
  } else if (edited.empty()) {
    words.answers = to.from.nickname;
  }
  content.reply_to = alone || !edited.empty() ? chat::MessageId{} : chat::MessageId{to.stanza_id};
  words.about = edited;
  if (edited.empty()) {
    words.command = chat::SendMessage{{}, std::move(content)};
  } else {
    words.command = chat::EditMessage{{}, {}, std::move(content)};
  }
  desk_->say({hook, to.room.jid}, words);
}

void Rooms::react(const std::string& hook, const Happening& to, const std::string& emoji) {
  if (to.stanza_id.empty()) return;
  RoomDesk::Words words;
  words.id = make_message_id(hub_.now(), hub_.services().random);
  words.command = chat::React{{}, chat::MessageId{to.stanza_id}, {emoji}};
  desk_->say({hook, to.room.jid}, words);
}

}  // namespace dragoman::backends::webhook
