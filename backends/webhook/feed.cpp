#include "backends/webhook/feed.hpp"

#include <algorithm>
#include <utility>

#include "backends/webhook/address.hpp"
#include "backends/webhook/hub.hpp"
#include "backends/webhook/message_id.hpp"
#include "backends/webhook/session.hpp"
#include "base/text.hpp"

namespace dragoman::backends::webhook {

namespace {

constexpr int complaints_at_once = 2;
constexpr Duration between_complaints = std::chrono::hours{1};

/// Words in front of a text; what the spans mean moves along.
void put_in_front(chat::Content& content, const std::string& words) {
  content.text.insert(0, words);
  for (chat::Span& each : content.spans) {
    each.begin += words.size();
    each.end += words.size();
  }
}

/// Where there are no occupants, the text says who speaks, unless it does already.
void name_actor(chat::Content& content, const std::string& actor) {
  if (actor.empty() || content.text.find(actor) != std::string::npos) return;
  if (content.title.find(actor) != std::string::npos) return;
  put_in_front(content, actor + ": ");
  content.spans.insert(content.spans.begin(), chat::Span{chat::Span::Kind::bold, 0, actor.size(), {}});
}

}  // namespace

Feed::Feed(Hub& hub, std::string name)
    : hub_(hub),
      name_(std::move(name)),
      log_(hub.services(), name_),
      keys_(hub.services(), name_),
      deliveries_(hub.services(), name_),
      overflow_(hub.services(), name_, [this](Posting posting) { say_gathered(std::move(posting)); }),
      bucket_(hub.config().burst, hub.config().interval),
      complaints_(complaints_at_once, between_complaints),
      realm_(hub.names(), room_of(name_).text),
      own_(make_name(name_, name_)),
      answering_(hub, *this),
      watch_(hub.services().loop.timers()) {}

Feed::~Feed() = default;

const Hook& Feed::hook() const { return *hub_.book().find(name_); }

void Feed::load() {
  log_.load();
  keys_.load();
  deliveries_.load(hub_.now());
  overflow_.load();
  for (const LogEntry& each : log_.entries()) {
    if (!each.said.empty()) spoke_ = each.time;
  }
  answering_.follow(hook());
  rearm();
}

void Feed::take_limits() {
  bucket_.set_limit(hub_.config().burst, hub_.config().interval);
  answering_.follow(hook());
}

void Feed::tell_owner(const std::string& text) {
  if (complaints_.take(hub_.clock().now())) answering_.on_notice(text);
}

void Feed::gather(const std::vector<Posting>& postings) {
  for (const Posting& each : postings) overflow_.add(each, hub_.config().digest);
}

void Feed::say_gathered(Posting posting) {
  LogEntry entry;
  entry.id = make_message_id(hub_.now(), hub_.services().random);
  entry.time = hub_.now();
  entry.format = "digest";
  std::vector<Posting> one;
  one.push_back(std::move(posting));
  entry.said = say(std::move(one));
  log_.append(std::move(entry));
}

std::vector<Said> Feed::say(std::vector<Posting> postings) {
  std::vector<Said> all;
  for (Posting& each : postings) {
    Said said{make_message_id(hub_.now(), hub_.services().random), {}, std::move(each)};
    Posting& posting = said.posting;
    posting.files.clear();  // they are attachments by now
    if (posting.content.thread.empty()) posting.content.thread = posting.thread;
    const std::string known = posting.key.empty() ? std::string{} : keys_.find(posting.key);
    if (!known.empty() && posting.after == Posting::After::edit) said.edited = known;
    if (!known.empty() && posting.after == Posting::After::reply) posting.content.reply_to = chat::MessageId{known};
    // An edit keeps the name of what it edits (XEP-0308 4): the next one is about the same message.
    if (!posting.key.empty() && said.edited.empty() && posting.after != Posting::After::reply) {
      keys_.set(posting.key, said.id);
    }
    tell_contacts(said);
    tell_room(said);
    if (!hook().rooms.empty()) {
      hub_.rooms().say(hook(), said.id, said.edited, message_of(said, {{}, contact_of(name_)}).content);
    }
    all.push_back(std::move(said));
  }
  spoke_ = hub_.now();
  rearm();
  return all;
}

chat::MessageReceived Feed::message_of(const Said& said, const chat::Conversation& conversation) const {
  chat::MessageReceived message;
  message.conversation = conversation;
  message.id = chat::MessageId{said.id};
  message.content = said.posting.content;
  message.author.person = contact_of(name_);
  message.author.name = conversation.is_room() ? own_.text() : hook().shown();
  message.author.identity = name_;
  if (!conversation.is_room()) name_actor(message.content, said.posting.actor);
  return message;
}

chat::Event Feed::as_event(chat::MessageReceived message, const std::string& edited) {
  if (edited.empty()) return message;
  return chat::MessageEdited{message.conversation, message.author, message.id, chat::MessageId{edited},
                             std::move(message.content)};
}

void Feed::tell_contacts(const Said& said) {
  std::set<Session*> listeners = subscribers_;
  if (hook().tells_owner) {
    for (Session* each : hub_.sessions_of(hook().owner)) listeners.insert(each);
  }
  if (listeners.empty()) return;
  const chat::Event event = as_event(message_of(said, {{}, contact_of(name_)}), said.edited);
  for (Session* each : listeners) each->say(event);
}

void Feed::tell_room(const Said& said) {
  if (people_.empty()) return;
  const NameRef& speaker = actor(said.posting.actor);
  show_picture(speaker.text(), said.posting.actor_picture);
  chat::MessageReceived message = message_of(said, {room_of(name_), {}});
  message.author.name = speaker.text();
  message.author.identity = name_ + '/' + said.posting.actor;
  // In the rooms of a bridge each of those who speak is somebody else; only the hook itself has an address.
  chat::MessageReceived to_bridges = message;
  if (speaker.id() != own_.id()) to_bridges.author.person = speaker_of(name_, speaker.text());
  const chat::Event event = as_event(std::move(message), said.edited);
  const chat::Event bridged = as_event(std::move(to_bridges), said.edited);
  for (const auto& [each, nickname] : people_) each->say(each->is_bridge() ? bridged : event, {speaker});
}

chat::HistoryPage Feed::history(const chat::GetHistory& wanted) const {
  chat::HistoryPage page;
  std::vector<chat::MessageReceived> found;
  bool begun = wanted.after.empty();
  bool ended = false;
  for (const LogEntry& entry : log_.entries()) {
    for (const Said& said : entry.said) {
      ended = ended || said.id == wanted.before.text;
      if (ended) continue;
      if (!begun) {
        begun = said.id == wanted.after.text;
        continue;
      }
      if (!said.edited.empty()) continue;  // its text is that of the first one by then
      if (wanted.since && entry.time <= *wanted.since) continue;
      if (wanted.until && entry.time >= *wanted.until) continue;
      chat::MessageReceived message = message_of(said, wanted.conversation);
      if (wanted.conversation.is_room() && !said.posting.actor.empty()) message.author.name = said.posting.actor;
      message.time = entry.time;
      message.replayed = true;
      found.push_back(std::move(message));
    }
  }
  const std::size_t most = wanted.limit == 0 ? found.size() : std::min(wanted.limit, found.size());
  page.complete = most == found.size();
  page.messages.assign(std::make_move_iterator(found.end() - static_cast<std::ptrdiff_t>(most)),
                       std::make_move_iterator(found.end()));
  return page;
}

}  // namespace dragoman::backends::webhook
