#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/database.hpp"

namespace dragoman::verbs {

/// The SQLite file of biboumi (9.0 and before: a column or table that an older one has not is as it is when it is
/// unset).
class BiboumiDatabase {
 public:
  struct Person {
    std::string owner;  ///< bare JID
    std::int64_t max_history_length = 20;
    bool record_history = true, persistent = false;
  };
  struct Server {
    std::string owner, server;
    std::string pass, sasl_password, tls_ports, ports, username, realname, nick;
    bool verify_cert = true;
    std::string fingerprint, encoding_in, encoding_out, address;
    std::int64_t throttle_limit = 0;
    std::optional<std::int64_t> max_history_length;
    std::vector<std::string> commands;  ///< after connecting
  };
  struct Channel {
    std::string owner, server, channel;
    std::string encoding_in, encoding_out;
    bool persistent = false;
    std::optional<bool> record_history;
  };
  struct Contact {
    std::string local, remote;  ///< bare JIDs: of biboumi, of the person
  };
  struct Line {
    std::string uuid, owner, channel, server, body, nick;
    Timestamp date{};
  };

  /// Fault::malformed: no database of biboumi.
  static Result<BiboumiDatabase> open(const std::string& path);

  Result<std::vector<Person>> people();
  Result<std::vector<Server>> servers();
  Result<std::vector<Channel>> channels();
  Result<std::vector<Contact>> roster();
  /// The archive, newest first.
  Result<void> lines(const std::function<Result<void>(Line)>& each);

 private:
  explicit BiboumiDatabase(store::Database database) : database_(std::move(database)) {}
  /// "pass_, server_": a column that the table has not is NULL. Nothing: there is no such table.
  Result<std::optional<std::string>> columns(const std::string& table, const std::vector<std::string>& names);
  Result<std::optional<store::Statement>> select(const std::string& table, const std::vector<std::string>& names,
                                                 const std::string& order);
  Result<std::vector<std::string>> commands_of(std::int64_t server);

  store::Database database_;
};

}  // namespace dragoman::verbs
