#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/text.hpp"
#include "exit_code.hpp"
#include "instance.hpp"
#include "net/loop.hpp"
#include "store/lock.hpp"
#include "verbs/component_login.hpp"
#include "verbs/listener_checks.hpp"
#include "verbs/local_checks.hpp"
#include "verbs/makers.hpp"
#include "verbs/words.hpp"

namespace dragoman::verbs {

namespace {

using chat::Finding;
using chat::Findings;
using Grade = Finding::Grade;

const char* word(Grade grade) {
  switch (grade) {
    case Grade::ok:
      return "ok     ";
    case Grade::warning:
      return "warning";
    case Grade::failed:
      break;
  }
  return "FAILED ";
}

/// Prints a line each; true when one of them failed.
bool print(const Findings& findings) {
  bool failed = false;
  for (const Finding& finding : findings) {
    failed = failed || finding.grade == Grade::failed;
    const std::string line = text::without_controls(finding.subject + ": " + finding.text, false);
    std::printf("%s  %s\n", word(finding.grade), line.c_str());
  }
  std::fflush(stdout);
  return failed;
}

/// What is tried beyond this machine, all at once; each has its place in what is printed.
class Outside {
 public:
  Outside() { log::set_level(log::Level::error); }

  /// The mistakes that the networks find in their own tables are in the configuration's problems afterwards.
  void build(const Config& config) {
    for (const NetworkEntry& entry : config.networks) {
      instances_.push_back(std::make_unique<Instance>(entry, loop_, random_, [](bool) {}));
    }
  }

  /// `log_in`: no gateway runs, so also what would disturb it: logging in as components, listening. Gives what was
  /// found, in the order of the file.
  std::vector<Findings> try_all(const Config& config, bool log_in) {
    left_ = 1;  // nobody is the last one before all have begun
    if (log_in) found_.push_back(check_listeners(loop_, config));
    if (!config.http.public_url.empty()) {
      public_url_ = std::make_unique<PublicUrlCheck>(loop_, config.http.public_url, software());
      public_url_->start(place());
    }
    for (std::size_t i = 0; i < config.networks.size(); ++i) {
      const NetworkEntry& entry = config.networks[i];
      if (log_in) {
        logins_.push_back(std::make_unique<ComponentLogin>(loop_, config.server, entry.jid, entry.secret));
        logins_.back()->start(place());
      }
      instances_[i]->network().probe(place());
    }
    if (--left_ > 0) loop_.run();
    return std::move(found_);
  }

 private:
  std::function<void(Findings)> place() {
    const std::size_t at = found_.size();
    found_.emplace_back();
    ++left_;
    return [this, at](Findings findings) {
      found_[at] = std::move(findings);
      if (--left_ == 0) loop_.stop();
    };
  }

  SystemClock clock_;
  SystemRandom random_;
  net::Loop loop_{clock_};
  std::vector<std::unique_ptr<Instance>> instances_;
  std::vector<std::unique_ptr<ComponentLogin>> logins_;
  std::unique_ptr<PublicUrlCheck> public_url_;
  std::vector<Findings> found_;
  std::size_t left_ = 0;
};

/// The lock of the database, held while we look, so that no gateway starts meanwhile: our login would end its stream.
Gateway find_gateway(const std::string& database, std::optional<store::Lock>& lock, Findings& findings) {
  auto free = store::Lock::acquire_existing(database + ".lock");
  const std::string subject = "gateway";
  if (free) {
    lock = std::move(*free);
  } else if (free.error().fault == Fault::conflict) {
    findings.push_back({Grade::ok, subject,
                        "it runs (" + database +
                            ".lock is held), so nothing is tried that would disturb it: no login "
                            "at the XMPP server. Ask it: dragoman status"});
    return Gateway::runs;
  } else if (free.error().fault != Fault::not_found) {
    findings.push_back({Grade::failed, subject,
                        free.error().text + ". Whether one runs cannot be told, so no login at the XMPP server is "
                                            "tried: run this as root or as the user of the gateway"});
    return Gateway::unknown;
  }
  findings.push_back({Grade::ok, subject, "none runs with this database"});
  return Gateway::none;
}

int check(const std::string& path) {
  Config config;
  const bool readable = read_for_verb(path, config);
  if (!readable) return exit_code::config;
  Outside outside;
  outside.build(config);
  const auto problems = config.file.problems();
  for (const std::string& problem : problems) std::fprintf(stderr, "%s\n", problem.c_str());
  if (!problems.empty()) return exit_code::config;

  const Timestamp now = SystemClock{}.utc();
  Findings first{
      {Grade::ok, "configuration " + path, counted(static_cast<std::int64_t>(config.networks.size()), "network")}};
  for (const std::string& warning : config.warnings) first.push_back({Grade::warning, "configuration", warning});
  std::optional<store::Lock> lock;
  const Gateway gateway = find_gateway(config.store.path, lock, first);
  bool failed = print(first);
  const StoreCheck store = check_store(config.store, gateway, now);
  failed = print(store.findings) || failed;
  failed = print(check_machine(now, store.accounts)) || failed;
  for (const Findings& findings : outside.try_all(config, gateway == Gateway::none)) {
    failed = print(findings) || failed;
  }
  return failed ? exit_code::unavailable : exit_code::ok;
}

}  // namespace

Action add_check(CLI::App& command) {
  // Shared by CLI11, which writes into it while it parses, and the action.
  const auto config = std::make_shared<std::string>();
  command.add_option("--config", *config, "The configuration file (TOML)")->required();
  return [config] { return check(*config); };
}

}  // namespace dragoman::verbs
