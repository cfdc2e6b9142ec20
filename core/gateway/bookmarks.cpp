#include "gateway/bookmarks.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "gateway/user.hpp"
#include "xmpp/namespaces.hpp"

namespace dragoman::gateway {

namespace {
/// Clients publish a bookmark when they have seen that they are in the room.
constexpr auto moment = std::chrono::seconds{5};
}  // namespace

Bookmarks::Bookmarks(Context& context, const xmpp::Jid& owner, std::string documents)
    : context_(context), owner_(owner), documents_(std::move(documents)), moment_(context.timers) {}

Bookmarks::Way Bookmarks::way() const {
  const xmpp::Privileges* rights = context_.privileges.of(owner_);
  if (rights == nullptr) return Way::none;
  const auto may = [&](std::string_view ns) { return rights->may_ask("get", ns) && rights->may_ask("set", ns); };
  if (may(xmpp::ns::pubsub)) return Way::pep;
  return may(xmpp::private_ns) ? Way::private_storage : Way::none;
}

void Bookmarks::add(xmpp::Bookmark bookmark) {
  if (ours_.contains(bookmark.room) || way() == Way::none) return;
  const bool waits = std::any_of(waiting_.begin(), waiting_.end(),
                                 [&](const xmpp::Bookmark& each) { return each.room == bookmark.room; });
  if (waits) return;
  waiting_.push_back(std::move(bookmark));
  moment_.set_after(moment, [this] { start(); });
}

void Bookmarks::start() {
  if (question_ != 0 || waiting_.empty()) return;
  using_ = way();
  if (using_ == Way::none) return waiting_.clear();
  ask("get",
      using_ == Way::pep ? xmpp::make_bookmark_query(waiting_.front().room) : xmpp::make_private_bookmarks_query(),
      &Bookmarks::read);
}

void Bookmarks::ask(std::string_view type, xmpp::Element question,
                    void (Bookmarks::*answered)(std::uint64_t, const Result<xmpp::Element>&)) {
  question_ = context_.next_question();
  // The person may be gone when the answer comes: they are looked up.
  context_.privileges.ask(
      owner_, type, std::move(question),
      [&context = context_, bare = owner_.str(), asked = question_, answered](const Result<xmpp::Element>& answer) {
        User* person = context.find(bare);
        Bookmarks* bookmarks = person == nullptr ? nullptr : person->rooms().bookmarks();
        if (bookmarks != nullptr) (bookmarks->*answered)(asked, answer);
      });
}

void Bookmarks::read(std::uint64_t question, const Result<xmpp::Element>& answer) {
  if (question != question_) return;
  const xmpp::Bookmark& bookmark = waiting_.front();
  const bool pep = using_ == Way::pep;
  // Whoever has no bookmarks yet has no node for them either.
  const bool nothing_there = !answer && answer.error().fault == Fault::not_found && pep;
  if (!answer && !nothing_there) return next();
  if (!nothing_there &&
      (pep ? xmpp::has_bookmark(*answer, bookmark.room) : xmpp::has_private_bookmark(*answer, bookmark.room))) {
    return next();
  }
  ask("set", pep ? xmpp::make_bookmark_publish(bookmark) : xmpp::with_private_bookmark(*answer, bookmark),
      &Bookmarks::wrote);
}

void Bookmarks::wrote(std::uint64_t question, const Result<xmpp::Element>& answer) {
  if (question != question_) return;
  // XEP-0060 7.1.5, precondition-not-met: the person's node is set up otherwise than clients of today do it.
  const bool otherwise = !answer && answer.error().fault == Fault::conflict && using_ == Way::pep;
  if (otherwise && !std::exchange(second_try_, true)) {
    return ask("set", xmpp::make_bookmark_publish(waiting_.front(), xmpp::BookmarkNode::kept_and_private),
               &Bookmarks::wrote);
  }
  const std::string room = waiting_.front().room;
  if (answer) {
    ours_.insert(room);
    context_.store.put({std::string{kind}, documents_, room, "true"});
  } else {
    const auto& reason = answer.error();
    LOG_INFO("the bookmark of a room could not be written", owner_, room, reason);
  }
  next();
}

void Bookmarks::next() {
  question_ = 0;
  second_try_ = false;
  waiting_.pop_front();
  start();
}

void Bookmarks::remove(const std::string& room) {
  // The first one is asked for already; its answer finds it.
  if (!waiting_.empty()) {
    const auto first = waiting_.begin() + (question_ != 0 ? 1 : 0);
    waiting_.erase(std::remove_if(first, waiting_.end(), [&](const auto& each) { return each.room == room; }),
                   waiting_.end());
  }
  if (ours_.erase(room) == 0) return;
  context_.store.erase(std::string{kind}, documents_, room);
  take_out({room});
}

void Bookmarks::remove_all() {
  waiting_.clear();
  question_ = 0;
  std::vector<std::string> rooms;
  for (const std::string& room : std::exchange(ours_, {})) {
    context_.store.erase(std::string{kind}, documents_, room);
    rooms.push_back(room);
  }
  if (!rooms.empty()) take_out(std::move(rooms));
}

void Bookmarks::take_out(std::vector<std::string> rooms) {
  const auto ignore = [](const Result<xmpp::Element>&) {};
  switch (way()) {
    case Way::none:
      return;
    case Way::pep:
      for (const std::string& room : rooms) {
        context_.privileges.ask(owner_, "set", xmpp::make_bookmark_retract(room), ignore);
      }
      return;
    case Way::private_storage:
      // The person may be forgotten before the list has come.
      context_.privileges.ask(
          owner_, "get", xmpp::make_private_bookmarks_query(),
          [&privileges = context_.privileges, person = owner_, rooms, ignore](const Result<xmpp::Element>& list) {
            if (list) privileges.ask(person, "set", xmpp::without_private_bookmarks(*list, rooms), ignore);
          });
      return;
  }
}

}  // namespace dragoman::gateway
