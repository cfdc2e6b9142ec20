#include "backends/echo/session.hpp"

#include <string_view>
#include <utility>
#include <variant>

#include "media/links.hpp"

namespace dragoman::backends::echo {

namespace {
using namespace std::string_view_literals;

/// One pixel, as a PNG.
constexpr std::string_view grey_dot =
    "\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01\x00\x00\x00\x01\x08"
    "\x00\x00\x00\x00\x3a\x7e\x9b\x55\x00\x00\x00\x0a\x49\x44\x41\x54\x78\xda\x63\x68\x00\x00\x00\x82\x00"
    "\x81\xda\x45\x08\x3b\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82"sv;
}  // namespace

Session::Session(std::string nickname, Names& names, Face& face, Services& services, chat::Observer& observer)
    : nickname_(std::move(nickname)),
      names_(names),
      services_(services),
      observer_(observer),
      face_(face),
      hook_(services.loop.gate(), [this] { deliver(); }) {}

void Session::start() { say(chat::Ready{nickname_, "connected as " + nickname_}); }
void Session::stop(const std::string&) { events_.clear(); }

void Session::perform(chat::CommandId id, const chat::Command& command) {
  std::visit([&](const auto& each) { on(id, each); }, command);
}

NameRef Session::name(const std::string& nickname) {
  const NameId id = names_.acquire(RealmId{}, nickname, nickname, services_.occupant_resource(nickname),
                                   services_.occupant_id(nickname));
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
  say(chat::PersonChanged{chat::PersonId{"echo"}, profile_of("echo")});
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
  const std::string_view wish = "as a file: ";
  if (services_.links != nullptr && send.content.text.starts_with(wish)) {
    back.content.text = services_.links->make({send.content.text.substr(wish.size()), "echo.txt"});
  }
  say(std::move(back));
}

chat::Profile Session::profile_of(const std::string& person) const {
  chat::Profile profile;
  profile.nickname = person;
  profile.picture = std::to_string(face_.number);
  return profile;
}

void Session::on(chat::CommandId id, const chat::GetProfile& get) { say(chat::Done{id, profile_of(get.person.text)}); }

void Session::on(chat::CommandId id, const chat::GetPicture& get) {
  if (get.picture != std::to_string(face_.number)) {
    return say(
        chat::Failed{id, chat::Failed::Outcome::refused, Fault::not_found, "an echo has only the newest one", {}});
  }
  say(chat::Done{id, chat::Picture{face_.bytes.empty() ? std::string{grey_dot} : face_.bytes}});
}

void Session::on(chat::CommandId id, const chat::SetPicture& set) {
  face_.bytes = set.bytes;
  ++face_.number;
  say(chat::Done{id, {}});
  say(chat::PersonChanged{chat::PersonId{"echo"}, profile_of("echo")});
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
