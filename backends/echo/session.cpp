#include "backends/echo/session.hpp"

#include <utility>
#include <variant>

namespace dragoman::backends::echo {

Session::Session(std::string nickname, Names& names, Services& services, chat::Observer& observer)
    : nickname_(std::move(nickname)),
      names_(names),
      services_(services),
      observer_(observer),
      hook_(services.loop.gate(), [this] { deliver(); }) {}

void Session::start() { say(chat::Ready{nickname_, "connected as " + nickname_}); }
void Session::stop(const std::string&) { events_.clear(); }

void Session::perform(chat::CommandId id, const chat::Command& command) {
  std::visit([&](const auto& each) { on(id, each); }, command);
}

NameRef Session::name(const std::string& nickname) {
  const NameId id =
      names_.acquire(nickname, nickname, services_.occupant_resource(nickname), services_.occupant_id(nickname));
  NameRef counted{names_, id};
  names_.release(id);
  return counted;
}

void Session::on(chat::CommandId id, const chat::JoinRoom& join) {
  const NameRef self = name(nickname_), echo = name("echo");
  chat::RoomJoined joined;
  joined.room = join.room;
  joined.self = self.id();
  joined.occupants.push_back({echo.id(), {}});
  held_.insert(held_.end(), {self, echo});
  say(std::move(joined));
  say(chat::Done{id, {}});
}

void Session::on(chat::CommandId id, const chat::LeaveRoom& leave) {
  say(chat::RoomLeft{leave.room, chat::RoomLeft::Why::left, Fault::closed, {}, {}, {}});
  say(chat::Done{id, {}});
}

void Session::on(chat::CommandId id, const chat::SetTopic& topic) {
  say(chat::TopicChanged{topic.room, {{}, nickname_, {}, true}, topic.topic, std::nullopt});
  say(chat::Done{id, {}});
}

void Session::on(chat::CommandId id, const chat::SendMessage& send) {
  say(chat::Done{id, chat::Sent{{chat::MessageId{std::to_string(++last_id_)}}, std::nullopt, {}}});
  chat::MessageReceived back;
  back.conversation = send.conversation;
  back.author.name = send.conversation.is_room() ? "echo" : send.conversation.person.text;
  back.content = send.content;
  say(std::move(back));
}

void Session::say(chat::Event event) {
  events_.push_back(std::move(event));
  hook_.arm();
}

void Session::deliver() {
  const auto held = std::exchange(held_, {});
  for (const chat::Event& event : std::exchange(events_, {})) observer_.on_event(event);
}

}  // namespace dragoman::backends::echo
