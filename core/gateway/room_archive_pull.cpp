#include <algorithm>

#include "gateway/catch_up.hpp"
#include "gateway/room_archive.hpp"
#include "gateway/user.hpp"

// An archive goes on where the network has more than is here (docs/decisions/0060): what somebody pages back to is
// asked for, kept in front of their rows, and read from there.

namespace dragoman::gateway {

namespace {
/// Of one query; who wants more turns pages.
constexpr std::size_t most_pulled = 1000, least_pulled = 100;
constexpr std::size_t most_ends = 10'000;
}  // namespace

bool RoomArchive::goes_behind(const Question& question) const {
  if (question.answer != &RoomArchive::write_page || question.pages.size() != question.queries.size()) return false;
  const store::ArchiveQuery& query = question.queries.front();
  const store::ArchivePage& page = question.pages.front();
  const store::ArchivePage& oldest = question.pages.back();
  if (page.failed || page.unknown_id || oldest.failed || !query.ids.empty() || query.limit == 0) return false;
  if (query.after != 0 || query.page_after != 0) return false;  // from there on all is here
  if (query.start && !oldest.rows.empty() && *query.start >= store::said_at(oldest.rows.front())) return false;
  return !query.newest || page.complete;
}

bool RoomArchive::pull(const std::shared_ptr<Question>& question) {
  if (question->banned || !question->reaches || !goes_behind(*question)) return false;
  const chat::Conversation conversation{chat::RoomId{question->queries.front().room}, {}};
  User* person = context_.find(question->owner);
  const Room* room = person == nullptr ? nullptr : person->room(conversation.room);
  if (room == nullptr || room->state() != Room::State::joined || !person->catching_up().has_history(conversation))
    return false;
  const std::string key = question->owner + ' ' + conversation.room.text;
  if (ends_.contains(key)) return false;
  question->unfinished = true;
  if (question->pulled >= most_pulled || context_.timers.clock().now() >= question->until) return false;
  Questions& waiting = pulls_[key];
  waiting.push_back(question);
  if (waiting.size() > 1) return true;
  const std::vector<store::Message>& oldest = question->pages.back().rows;
  chat::GetHistory get;
  get.conversation = conversation;
  get.limit = std::max(question->queries.front().limit, least_pulled);
  if (!oldest.empty()) {
    get.until = store::said_at(oldest.front());
    get.before.text = oldest.front().network_id;
  }
  person->ask(get, [this, key, oldest](const chat::Done* done, const chat::Failed* failed) {
    if (failed != nullptr && failed->fault == Fault::not_found && oldest.empty()) return unknown_there(key, *failed);
    pulled(key, oldest, done == nullptr ? nullptr : std::get_if<chat::HistoryPage>(&done->answer));
  });
  return true;
}

void RoomArchive::unknown_there(const std::string& key, const chat::Failed& failed) {
  auto waiting = pulls_.extract(key);
  if (waiting.empty()) return;
  for (const std::shared_ptr<Question>& each : waiting.mapped()) {
    each->refused = context_.error_of(failed.fault, failed.text, failed.code);
    finish(*each);
  }
}

void RoomArchive::pulled(const std::string& key, const std::vector<store::Message>& oldest,
                         const chat::HistoryPage* page) {
  auto waiting = pulls_.extract(key);
  if (waiting.empty()) return;
  const std::shared_ptr<Question>& first = waiting.mapped().front();
  User* person = context_.find(first->owner);
  std::size_t rows = 0;
  if (page != nullptr && person != nullptr) {
    chat::HistoryPage fresh{{}, page->complete, page->reactions};
    KnownMessages known;
    for (const store::Message& row : oldest) known.add(row);
    for (const chat::MessageReceived& each : page->messages) {
      if (known.has(each)) continue;
      known.add(each);
      fresh.messages.push_back(each);
    }
    rows = person->received().keep_in_front(fresh);
    if (page->complete || rows == 0) {
      if (ends_.size() >= most_ends) ends_.clear();
      ends_.insert(key);
    }
  }
  for (const std::shared_ptr<Question>& each : waiting.mapped()) {
    each->pulled += rows;
    each->reaches = page != nullptr;
    each->unfinished = !ends_.contains(key);
  }
  for (const std::shared_ptr<Question>& each : waiting.mapped()) read(each);
}

}  // namespace dragoman::gateway
