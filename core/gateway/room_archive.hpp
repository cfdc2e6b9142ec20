#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "chat/event.hpp"
#include "gateway/context.hpp"
#include "store/archive.hpp"
#include "xmpp/element.hpp"
#include "xmpp/mam.hpp"

namespace dragoman::gateway {

/// Documents of this kind say who is banned from which room: owner_key() and room. Kept until they are let in again.
inline constexpr const char* banned_kind = "banned";

/// Answers archive queries to rooms (XEP-0313): each person sees what they could see, also before they join. What has
/// been read on another thread is written here; the asker may have gone by then.
class RoomArchive {
 public:
  explicit RoomArchive(Context& context) : context_(context) {}

  static constexpr std::size_t usual_page = 50, largest_page = 250;
  static constexpr int questions_at_once = 4;  ///< of one person

  /// `own_nick`: how the asker is called in the room, for old rows that do not say it.
  void query(const xmpp::Element& iq, const xmpp::Jid& from, const chat::RoomId& room, const std::string& own_nick);
  void metadata(const xmpp::Element& iq, const xmpp::Jid& from, const chat::RoomId& room);

 private:
  /// A question while it is read. The reader's thread fills the pages; both threads hold it until the later is done.
  struct Question {
    xmpp::Element iq;
    xmpp::ArchiveRequest request;
    std::string owner, room, own_nick;
    std::vector<store::ArchiveQuery> queries;
    std::vector<store::ArchivePage> pages;  // one a query
    bool banned = false;
    void (RoomArchive::*answer)(const Question& question) = nullptr;

    // What the network still has further back, room_archive_pull.cpp.
    bool reaches = true;  ///< it may be asked
    std::size_t pulled = 0;
    Instant until{};
    bool unfinished = false;  ///< it may have more
    std::optional<xmpp::StanzaError> refused{};
  };
  using Questions = std::vector<std::shared_ptr<Question>>;
  void ask(std::shared_ptr<Question> question);
  void read(const std::shared_ptr<Question>& question);
  void answered(const std::shared_ptr<Question>& question);
  void finish(const Question& question);
  /// The page begins or goes on behind the oldest message that is here, and the network has been asked for what is
  /// there: read() follows. False: what is here is the answer.
  bool pull(const std::shared_ptr<Question>& question);
  bool goes_behind(const Question& question) const;
  /// The network knows no such conversation, and nothing of it is here either.
  void unknown_there(const std::string& key, const chat::Failed& failed);
  void pulled(const std::string& key, const std::vector<store::Message>& oldest, const chat::HistoryPage* page);
  void write_page(const Question& question);
  void write_metadata(const Question& question);
  void refuse(const xmpp::Element& iq, Fault fault, const std::string& text);

  Context& context_;
  std::map<std::string, int> under_way_;    // by bare JID
  std::map<std::string, Questions> pulls_;  // under way, by person and room
  std::set<std::string> ends_;              // the same: the network has nothing further back
};

}  // namespace dragoman::gateway
