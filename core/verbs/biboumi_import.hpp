#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "chat/network.hpp"
#include "store/opening.hpp"
#include "store/transaction.hpp"
#include "verbs/biboumi_database.hpp"

namespace dragoman::verbs {

/// Brings what biboumi has of its people into our database: an account for each, their settings, those of servers and
/// channels, contacts, and the archive. What is there already stays as it is, so that a second time changes nothing.
/// The gateway does not run meanwhile.
class BiboumiImport {
 public:
  struct Report {
    std::int64_t accounts = 0, settings = 0, servers = 0, channels = 0, contacts = 0, messages = 0, known = 0;
    /// What could not come over: why, how often, and for what first.
    struct Left {
      std::int64_t times = 0;
      std::string first;
    };
    std::map<std::string, Left> left;
  };

  /// All of it outlives the import. `domain`: of the network.
  BiboumiImport(BiboumiDatabase& from, store::Opened& to, chat::Network& network, std::string domain, Random& random)
      : from_(from), to_(to), network_(network), domain_(std::move(domain)), random_(random) {}

  /// One transaction: on an error nothing has come over. `writes` false: only looks what would.
  Result<Report> run(bool writes);

 private:
  /// What has been read of one person's account until it is written.
  struct Account {
    chat::Account account;
    bool is_new = false;
  };

  Result<void> read_documents();
  void read_person(const BiboumiDatabase::Person& person);
  void read_server(const BiboumiDatabase::Server& server);
  void read_channel(const BiboumiDatabase::Channel& channel);
  void read_contact(const BiboumiDatabase::Contact& contact);
  Result<void> read_lines(const std::function<Result<void>(const store::Batch&)>& write);
  std::optional<store::Message> to_row(const BiboumiDatabase::Line& line);

  Account* account_of(const std::string& owner);
  /// The part of our network that this server of biboumi's is; nothing: none, which was noted.
  std::optional<std::string> part_of(const std::string& owner, const std::string& server);
  std::optional<chat::RoomId> room_of(const std::string& owner, const std::string& channel, const std::string& server);
  /// Answers one field of a form after the other; a field that is refused is noted.
  template <class Read>
  void answer(chat::Account& account, const chat::Fields& answers, const std::string& what, Read read);
  bool has(const std::string& kind, const std::string& owner, const std::string& key);
  bool put(const std::string& kind, const std::string& owner, const std::string& key, std::string value, bool sealed);
  bool put_setting(const std::string& owner, const std::string& name, const std::string& json);
  void leave(const std::string& why, const std::string& what);

  BiboumiDatabase& from_;
  store::Opened& to_;
  chat::Network& network_;
  std::string domain_;
  Random& random_;
  Report report_;
  store::Batch documents_;
  std::map<std::string, Account> accounts_;
  std::set<std::string> imported_;  // what earlier times have brought
  std::map<std::string, std::optional<chat::RoomId>> rooms_;
};

}  // namespace dragoman::verbs
