#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "backends/irc/hub.hpp"
#include "backends/irc/identd.hpp"

namespace dragoman::backends::irc {

/// The servers of one gateway: the one that it has, or those that it lists and those that people name. A server is
/// called by its host, in lower case; where it is the only one, by the empty name.
class Servers {
 public:
  Servers(std::string jid, Config config, Services& services, Names& names);

  const Config& config() const { return config_; }
  const std::string& jid() const { return jid_; }
  bool several() const { return config_.in_parts(); }
  /// The hub of this server: made for one that is not listed, when somebody needs it.
  Hub& hub(const std::string& server);
  /// The same, when there is one.
  const Hub* find(const std::string& server) const;
  Config settings_of(const std::string& server) const { return settings_of(config_, server); }
  std::vector<std::string> listed() const;
  bool is_listed(const std::string& server) const;
  /// Whether this gateway goes to this host; Fault::not_found, malformed or forbidden and a sentence.
  Result<void> serves(const std::string& server) const;
  /// What stands behind the last "%" of an id.
  std::string part_of(std::string_view id) const;

  void start();
  /// Tells nobody any more who is behind a connection.
  void stop() { identd_.close(); }
  /// False: another server stands in the place of one; nothing was changed.
  bool take_settings(const Config& newer);
  bool idle() const;

 private:
  Config settings_of(const Config& config, const std::string& server) const;
  void forget_unused();

  std::string jid_;
  Config config_;
  Services& services_;
  Names& names_;
  Identd identd_;
  std::map<std::string, std::unique_ptr<Hub>> hubs_;
};

/// "IRC.OFTC.net." -> "irc.oftc.net"; Fault::malformed: no host.
Result<std::string> canonical_host(std::string_view typed);

}  // namespace dragoman::backends::irc
