#include "gateway/catching_up.hpp"

#include <algorithm>
#include <iterator>
#include <memory>

#include "gateway/listening.hpp"
#include "gateway/settings_book.hpp"
#include "gateway/user.hpp"

namespace dragoman::gateway {

namespace {

/// Most messages that are asked for: of a room that its person was in, of one that they enter, of a person.
constexpr std::size_t most_missed = 1000, most_before_entering = 500, most_of_a_person = 100;
constexpr std::size_t most_known = 500;
/// So many events put off, and the network takes too long.
constexpr std::size_t most_put_off = 5000;

std::string heard_until_name(const std::string& part) { return part.empty() ? "heard_until" : "heard_until " + part; }

}  // namespace

bool CatchingUp::keeps_what_was_said(const Uplink& uplink) const {
  const chat::Capabilities& can = uplink.capabilities ? *uplink.capabilities : context_.network.describe().capabilities;
  return can.of(chat::Feature::history) == chat::Support::native;
}

bool CatchingUp::has_history(const chat::Conversation& conversation) const {
  return user_.capabilities(conversation).of(chat::Feature::history) == chat::Support::native;
}

void CatchingUp::start(const chat::Conversation& conversation, CatchUp begun) {
  begun.question = context_.next_question();
  if (CatchUp* earlier = behind(conversation)) {  // left and entered again meanwhile
    begun.waiting = std::move(earlier->waiting);
    begun.put_off.insert(begun.put_off.begin(), std::make_move_iterator(earlier->put_off.begin()),
                         std::make_move_iterator(earlier->put_off.end()));
  }
  store::MessageQuery query{network().str(), owner_.str(), conversation.room.text, conversation.person.text, 0, {}};
  query.most = most_known;
  // Filled by the reader's thread, then read by ours: both closures hold it until the later one is done.
  auto newest = std::make_shared<std::vector<store::Message>>();
  query.wanted = [newest](const store::Message& row) {
    newest->push_back(row);
    return false;
  };
  auto answered = [context = &context_, owner = owner_.str(), conversation, question = begun.question, newest] {
    if (User* user = context->find(owner)) user->catching_up().known_is_read(conversation, question, *newest);
  };
  if (!behind_) behind_ = std::make_unique<CatchUps>();
  behind_->insert_or_assign(conversation, std::move(begun));
  // Rows of this turn must be readable before the reader looks.
  context_.gate.when_durable([context = &context_, query = std::move(query), answered = std::move(answered)] {
    context->store.read_settled([query](store::Reader& reader) { static_cast<void>(reader.find_message(query)); },
                                answered);
  });
}

CatchUp* CatchingUp::behind(const chat::Conversation& conversation) {
  if (!behind_) return nullptr;
  const auto found = behind_->find(conversation);
  return found == behind_->end() ? nullptr : &found->second;
}

void CatchingUp::known_is_read(const chat::Conversation& conversation, std::uint64_t question,
                               const std::vector<store::Message>& newest_first) {
  CatchUp* begun = behind(conversation);
  if (begun == nullptr || begun->question != question) return;
  chat::GetHistory get;
  get.conversation = conversation;
  for (const store::Message& row : newest_first) {
    begun->known.add(row);
    const Timestamp said = store::said_at(row);
    const bool taken = row.direction == store::Direction::to_person || row.state == store::State::delivered;
    if (!taken || (get.since && said <= *get.since)) continue;
    get.since = said;
    get.after.text = row.network_id;
  }
  begun->unheard = !get.since;
  if (!get.since && !begun->quietly) get.since = begun->deaf_since;
  const bool asks = !begun->page && (get.since || begun->quietly);
  if (!asks) return caught_up(conversation, question, {});
  get.limit = begun->quietly ? (begun->unheard ? most_history : most_before_entering) : most_missed;
  user_.ask(get, [this, conversation, question](const chat::Done* done, const chat::Failed*) {
    const auto* page = done == nullptr ? nullptr : std::get_if<chat::HistoryPage>(&done->answer);
    caught_up(conversation, question, page == nullptr ? std::nullopt : std::optional{*page});
  });
}

void CatchingUp::caught_up(const chat::Conversation& conversation, std::uint64_t question,
                           std::optional<chat::HistoryPage> page) {
  CatchUp* begun = behind(conversation);
  if (begun == nullptr || begun->question != question) return;
  const bool asked = !begun->page;
  if (begun->page) page = std::move(begun->page);
  CatchUp done = std::move(*begun);
  behind_->erase(conversation);
  if (behind_->empty()) behind_.reset();
  Room* known = conversation.is_room() ? user_.room(conversation.room) : nullptr;
  if (asked && !done.quietly) say_gap(known, done, page);
  if (page && done.quietly) {
    // What was said since we are in the room is live for its clients, although the network has it in its history too.
    KnownMessages live_already;
    for (const chat::Event& event : done.put_off) {
      if (const auto* message = std::get_if<chat::MessageReceived>(&event)) live_already.add(*message);
    }
    std::erase_if(page->messages, [&live_already](const auto& each) { return live_already.has(each); });
  }
  if (page) take_missed(done, std::move(*page));
  if (known != nullptr && done.quietly) user_.rooms().read_history(*known);
  for (const chat::Event& event : done.put_off) {
    const auto* message = std::get_if<chat::MessageReceived>(&event);
    if (message == nullptr) {
      std::visit(
          [this](const auto& each) {
            if constexpr (requires(ReceivedMessages & received) { received.on(each); }) user_.received().on(each);
          },
          event);
    } else if (!done.known.has(*message)) {
      done.known.add(*message);
      user_.received().take(*message);
    }
  }
  for (const auto& goes_on : done.waiting) goes_on();
  context_.wrote();
}

/// What could not be had of the time in which nobody listened.
void CatchingUp::say_gap(Room* in, const CatchUp& done, const std::optional<chat::HistoryPage>& page) {
  if (in == nullptr || !done.deaf_since || (page && page->complete)) return;
  Timestamp until = context_.timers.clock().utc();
  if (page && !page->messages.empty()) until = page->messages.front().time.value_or(until);
  if (until > *done.deaf_since) in->announce(gap_text(*done.deaf_since, until));
}

void CatchingUp::take_missed(CatchUp& done, chat::HistoryPage page) {
  ReceivedMessages& received = user_.received();
  std::erase_if(page.messages, [&](const chat::MessageReceived& each) {
    return done.known.has(each) || !received.is_heard(each.conversation, each.author);
  });
  for (const chat::MessageReceived& each : page.messages) done.known.add(each);
  // In front of everything, so that a filter of time finds it: in an archive that has nothing yet.
  if (done.quietly && done.unheard) {
    received.keep_in_front(page);
    return;
  }
  for (const chat::MessageReceived& each : page.messages) {
    done.quietly ? static_cast<void>(context_.store.add(received.kept_row(each))) : received.take(each);
  }
}

bool CatchingUp::is_quiet(const chat::Conversation& conversation) const {
  if (!behind_) return false;
  const auto found = behind_->find(conversation);
  return found != behind_->end() && found->second.quietly;
}

bool CatchingUp::put_off(const chat::Conversation& conversation, const chat::Event& event) {
  CatchUp* begun = behind(conversation);
  if (begun == nullptr) return false;
  begun->put_off.push_back(event);
  if (begun->put_off.size() >= most_put_off) caught_up(conversation, begun->question, {});
  return true;
}

bool CatchingUp::waits(const chat::Conversation& conversation, std::function<void()> goes_on) {
  CatchUp* begun = behind(conversation);
  if (begun == nullptr) return false;
  begun->waiting.push_back(std::move(goes_on));
  return true;
}

void CatchingUp::keep_heard_until(const Uplink& uplink) {
  const auto& until = uplink.heard_until;
  if (!user_.registered() || !keeps_what_was_said(uplink)) return;
  if (!until && uplink.state != Uplink::State::ready) return;
  const Timestamp heard = until.value_or(context_.timers.clock().utc());
  context_.settings.set_number(owner_.bare_view(), heard_until_name(uplink.part), heard.time_since_epoch().count());
}

void CatchingUp::get_missed_private(Uplink& from) {
  if (from.state != Uplink::State::ready || !keeps_what_was_said(from)) return;
  // The gateway may have listened for others since they left.
  const std::string name = heard_until_name(from.part);
  if (const std::int64_t kept = context_.settings.number(owner_.bare_view(), name, 0); kept > 0) {
    const Timestamp left{std::chrono::milliseconds{kept}};
    from.heard_until = from.heard_until ? std::min(left, *from.heard_until) : left;
    context_.settings.clear(owner_.bare_view(), name);
  }
  if (!from.heard_until) return;
  chat::GetHistory get;
  get.since = std::exchange(from.heard_until, {});
  get.limit = most_of_a_person;
  user_.ask_in(from.part, get,
               [this, part = from.part, since = get.since](const chat::Done* done, const chat::Failed* failed) {
                 const auto* page = done == nullptr ? nullptr : std::get_if<chat::HistoryPage>(&done->answer);
                 // The link died over it: the next one is asked for the same.
                 const bool unanswered = failed != nullptr && failed->outcome != chat::Failed::Outcome::refused;
                 if (Uplink* known = unanswered ? user_.uplink(part) : nullptr) known->heard_until = since;
                 if (page == nullptr) return;
                 std::map<chat::Conversation, chat::HistoryPage> each_one;
                 for (const chat::MessageReceived& message : page->messages) {
                   if (message.conversation.is_room() || user_.is_confidential(message.conversation)) continue;
                   each_one[message.conversation].messages.push_back(message);
                 }
                 for (auto& [conversation, missed] : each_one) {
                   CatchUp begun;
                   begun.page = std::move(missed);
                   start(conversation, std::move(begun));
                 }
               });
}

}  // namespace dragoman::gateway
