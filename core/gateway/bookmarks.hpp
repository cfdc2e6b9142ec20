#pragma once

#include <cstdint>
#include <deque>
#include <set>
#include <string>

#include "base/timers.hpp"
#include "gateway/context.hpp"
#include "gateway/privileges.hpp"
#include "xmpp/bookmarks.hpp"
#include "xmpp/jid.hpp"

namespace dragoman::gateway {

/// The bookmarks that this gateway has made for a person who wants it, where their server lets it (XEP-0402 by
/// XEP-0356; else XEP-0048 in private storage). A bookmark that stands there already is the person's: it is left as it
/// is, and stays when ours go.
class Bookmarks {
 public:
  static constexpr std::string_view kind = "bookmark";

  /// `owner` is the person's bare address, `documents` the owner of what is stored of them; all outlive this.
  Bookmarks(Context& context, const xmpp::Jid& owner, std::string documents);

  void restore(const std::string& room) { ours_.insert(room); }
  /// A room was entered. Looks in a moment: clients that make bookmarks themselves come first.
  void add(xmpp::Bookmark bookmark);
  /// The room is no more, or somewhere else.
  void remove(const std::string& room);
  void remove_all();

  // Answers; late ones are void.
  void read(std::uint64_t question, const Result<xmpp::Element>& answer);
  void wrote(std::uint64_t question, const Result<xmpp::Element>& answer);

 private:
  enum class Way { none, pep, private_storage };
  Way way() const;
  void start();
  void ask(std::string_view type, xmpp::Element question,
           void (Bookmarks::*answered)(std::uint64_t, const Result<xmpp::Element>&));
  void next();
  void take_out(std::vector<std::string> rooms);

  Context& context_;
  const xmpp::Jid& owner_;
  const std::string documents_;
  std::set<std::string> ours_;  // addresses of rooms
  std::deque<xmpp::Bookmark> waiting_;
  Way using_ = Way::none;       // while a question is open
  std::uint64_t question_ = 0;  // the one that is open; 0: none
  bool second_try_ = false;     // of the publishing that is under way
  Timer moment_;
};

}  // namespace dragoman::gateway
