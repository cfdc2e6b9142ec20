#include "backends/webhook/session.hpp"

#include <utility>

#include "backends/webhook/address.hpp"
#include "backends/webhook/capabilities.hpp"
#include "backends/webhook/feed.hpp"
#include "backends/webhook/hub.hpp"
#include "base/text.hpp"

namespace dragoman::backends::webhook {

namespace {

bool fits(const Hook& hook, const std::string& filter) {
  const std::string wanted = text::fold_case(filter);
  if (wanted.empty()) return true;
  const std::string title = text::fold_case(hook.title);
  if (wanted.find_first_of("*?") != std::string::npos)
    return text::matches(wanted, hook.name) || text::matches(wanted, title);
  return hook.name.find(wanted) != std::string::npos || title.find(wanted) != std::string::npos;
}

}  // namespace

Session::Session(Hub& hub, const chat::Account& account, chat::Observer& observer)
    : hub_(hub),
      owner_(account.owner),
      nickname_(account.nickname.empty() ? account.owner.substr(0, account.owner.find('@')) : account.nickname),
      is_bridge_(account.is_bridge),
      observer_(observer),
      hook_(hub.services().loop.gate(), [this] { deliver(); }) {
  hub_.add(*this);
}

bool Session::may_read(const Hook& hook) const { return is_bridge_ || webhook::may_read(hook, owner_); }

Session::~Session() {
  *alive_ = nullptr;
  hub_.remove(*this);
}

void Session::start() {
  say(chat::Ready{nickname_, "ready"});
  say(chat::CapabilitiesChanged{capabilities()});
}

void Session::stop(const std::string&) {
  hub_.remove(*this);
  events_.clear();
}

void Session::say(chat::Event event, std::vector<NameRef> held) {
  events_.push_back(std::move(event));
  held_.insert(held_.end(), std::make_move_iterator(held.begin()), std::make_move_iterator(held.end()));
  hook_.arm();
}

void Session::refuse(chat::CommandId id, Fault fault, std::string text) {
  say(chat::Failed{id, chat::Failed::Outcome::refused, fault, std::move(text), {}});
}

void Session::unsupported(chat::CommandId id) { refuse(id, Fault::unsupported, "Hooks cannot do that."); }

void Session::deliver() {
  const auto held = std::exchange(held_, {});
  for (const chat::Event& event : std::exchange(events_, {})) observer_.on_event(event);
}

void Session::perform(chat::CommandId id, const chat::Command& command) {
  std::visit([&](const auto& each) { on(id, each); }, command);
}

Feed* Session::readable(chat::CommandId id, const std::string& name) {
  Feed* feed = hub_.feed(name);
  if (feed == nullptr) {
    refuse(id, Fault::not_found, "There is no hook of this name.");
    return nullptr;
  }
  if (may_read(feed->hook())) return feed;
  refuse(id, Fault::forbidden, "Only those may read this hook whom its owner names.");
  return nullptr;
}

void Session::on(chat::CommandId id, const chat::JoinRoom& join) {
  Feed* feed = readable(id, hook_of(join.room));
  if (feed == nullptr) return;
  std::string nickname = join.nickname.empty() ? nickname_ : join.nickname;
  auto entered = feed->enter(*this, nickname);
  // A bridge makes way: nobody is there to choose another name for it.
  for (int tries = 0; is_bridge_ && tries < 5 && !entered && entered.error().fault == Fault::conflict; ++tries) {
    entered = feed->enter(*this, nickname += '_');
  }
  if (!entered) {
    return refuse(id, entered.error().fault, entered.error().text);
  }
  done(id);
  say(feed->settings());
}

void Session::on(chat::CommandId id, const chat::LeaveRoom& leave) {
  if (Feed* feed = hub_.feed(hook_of(leave.room))) feed->leave(*this, leave.text);
  say(chat::RoomLeft{leave.room, chat::RoomLeft::Why::left, Fault::closed, {}, {}, {}});
  done(id);
}

void Session::on(chat::CommandId id, const chat::SetNickname& nickname) {
  if (nickname.room.empty()) {
    nickname_ = nickname.nickname;
    return done(id);
  }
  Feed* feed = hub_.feed(hook_of(nickname.room));
  if (feed == nullptr || !feed->has_inside(*this)) {
    return refuse(id, Fault::not_found, "You are not in this room.");
  }
  const auto renamed = feed->rename(*this, nickname.nickname);
  renamed ? done(id) : refuse(id, renamed.error().fault, renamed.error().text);
}

void Session::on(chat::CommandId id, const chat::AddContact& add) {
  Feed* feed = readable(id, add.person.text);
  if (feed == nullptr) return;
  feed->subscribe(*this);
  done(id);
}

void Session::on(chat::CommandId id, const chat::RemoveContact& remove) {
  if (Feed* feed = hub_.feed(remove.person.text)) feed->unsubscribe(*this);
  done(id);
}

void Session::on(chat::CommandId id, const chat::SendMessage& send) { answer(id, send.conversation, send); }
void Session::on(chat::CommandId id, const chat::EditMessage& edit) { answer(id, edit.conversation, edit); }
void Session::on(chat::CommandId id, const chat::RetractMessage& retract) { answer(id, retract.conversation, retract); }
void Session::on(chat::CommandId id, const chat::React& react) { answer(id, react.conversation, react); }

void Session::answer(chat::CommandId id, const chat::Conversation& conversation, const chat::Command& command) {
  if (conversation.is_private_in_room()) {
    return refuse(id, Fault::unsupported, "In the room of a hook nobody can be spoken to alone.");
  }
  if (const auto speaker = read_speaker(conversation.person)) {
    return refuse(id, Fault::unavailable,
                  "Only a program speaks under this name; write to " + speaker->first + " instead.");
  }
  Feed* feed = readable(id, hook_of(conversation));
  if (feed == nullptr) return;
  if (conversation.is_room() && !feed->has_inside(*this)) {
    return refuse(id, Fault::unacceptable, "You are not in this room.");
  }
  feed->answer(*this, id, conversation, command);
}

void Session::on(chat::CommandId id, const chat::ListRooms& list) {
  chat::RoomList found;
  for (const Hook* each : hub_.readable_by(owner_)) {
    if (!fits(*each, list.filter)) continue;
    if (list.limit > 0 && found.rooms.size() == list.limit) {
      found.complete = false;
      break;
    }
    const auto occupants = static_cast<std::uint32_t>(hub_.feed(each->name)->occupants());
    found.rooms.push_back({room_of(each->name), room_of(each->name).text, each->title, occupants});
  }
  done(id, std::move(found));
}

void Session::on(chat::CommandId id, const chat::SearchPeople& search) {
  chat::PeopleList found;
  for (const Hook* each : hub_.readable_by(owner_)) {
    if (!fits(*each, search.text)) continue;
    if (search.limit > 0 && found.people.size() == search.limit) {
      found.complete = false;
      break;
    }
    found.people.push_back({contact_of(each->name), each->name, each->title});
  }
  done(id, std::move(found));
}

void Session::on(chat::CommandId id, const chat::ListStandings& list) {
  Feed* feed = readable(id, hook_of(list.room));
  if (feed == nullptr) return;
  chat::StandingList standings;
  const auto add = [&](const std::string& jid, chat::Affiliation affiliation) {
    if (list.affiliation && *list.affiliation != affiliation) return;
    chat::Ranked ranked;
    ranked.mask = jid;
    ranked.standing.affiliation = affiliation;
    standings.entries.push_back(std::move(ranked));
  };
  const Hook& hook = feed->hook();
  if (may_change(hook, owner_) && !list.role) {
    add(hook.owner, chat::Affiliation::owner);
    for (const std::string& each : hook.co_owners) add(each, chat::Affiliation::admin);
    for (const std::string& each : hook.readers) add(each, chat::Affiliation::member);
  }
  done(id, std::move(standings));
}

void Session::on(chat::CommandId id, const chat::GetHistory& get) {
  if (get.conversation.room.empty() && get.conversation.person.empty()) {
    return done(id, chat::HistoryPage{});  // contacts have spoken while nobody was away
  }
  Feed* feed = readable(id, hook_of(get.conversation));
  if (feed != nullptr) done(id, feed->history(get));
}

void Session::on(chat::CommandId id, const chat::GetProfile& get) {
  if (const auto speaker = read_speaker(get.person)) {
    const Feed* in = readable(id, speaker->first);
    if (in == nullptr) return;
    auto profile = in->profile_of_speaker(speaker->second);
    return profile ? done(id, std::move(*profile)) : refuse(id, Fault::not_found, "Nobody of that name is here.");
  }
  Feed* feed = readable(id, get.person.text);
  if (feed != nullptr) done(id, feed->profile());
}

void Session::on(chat::CommandId id, const chat::GetPicture& get) {
  if (hub_.services().fetcher == nullptr) return unsupported(id);
  hub_.fetch_picture(get.picture, [alive = alive_, id](Result<std::string> bytes) {
    Session* session = *alive;
    if (session == nullptr) return;
    if (!bytes) return session->refuse(id, bytes.error().fault, "This picture cannot be had.");
    session->done(id, chat::Picture{std::move(*bytes)});
  });
}

void Session::on(chat::CommandId id, const chat::Ping& ping) {
  if (const auto speaker = read_speaker(ping.person)) {
    return refuse(id, Fault::unavailable, "Only a program speaks under this name.");
  }
  if (ping.person.empty() || readable(id, ping.person.text) != nullptr) done(id, chat::Reply{});
}

// Who is away hears of it later all the same, and read marks have nobody who would see them.
std::string_view Session::presence() const {
  switch (presence_) {
    case chat::Availability::available:
      return "available";
    case chat::Availability::away:
      return "away";
    case chat::Availability::extended_away:
      return "xa";
    case chat::Availability::busy:
      return "dnd";
    case chat::Availability::gone:
      return "unavailable";
  }
  return {};
}

void Session::on(chat::CommandId id, const chat::SetPresence& presence) {
  if (std::exchange(presence_, presence.availability) != presence.availability) hub_.presence_changed(*this);
  done(id);
}
void Session::on(chat::CommandId id, const chat::SetTyping&) { done(id); }
void Session::on(chat::CommandId id, const chat::MarkRead&) { done(id); }
void Session::on(chat::CommandId id, const chat::Block& block) {
  if (Feed* feed = block.blocked ? hub_.feed(block.person.text) : nullptr) feed->unsubscribe(*this);
  done(id);
}

void Session::on(chat::CommandId id, const chat::RequestVoice&) {
  refuse(id, Fault::not_allowed, "Here speaks the hook; whoever may answer it has voice.");
}

void Session::on(chat::CommandId id, const chat::ConfigureRoom&) { unsupported(id); }
void Session::on(chat::CommandId id, const chat::SetStanding&) { unsupported(id); }
void Session::on(chat::CommandId id, const chat::SetTopic&) { unsupported(id); }
void Session::on(chat::CommandId id, const chat::SetProfile&) { unsupported(id); }
void Session::on(chat::CommandId id, const chat::Invite&) { unsupported(id); }
void Session::on(chat::CommandId id, const chat::DeclineInvite&) { unsupported(id); }
void Session::on(chat::CommandId id, const chat::AnswerContact&) { unsupported(id); }
void Session::on(chat::CommandId id, const chat::GetRoomForm&) { unsupported(id); }
void Session::on(chat::CommandId id, const chat::SetPicture&) { unsupported(id); }
void Session::on(chat::CommandId id, const chat::AskClient&) { unsupported(id); }
void Session::on(chat::CommandId id, const chat::Run&) { unsupported(id); }

}  // namespace dragoman::backends::webhook
