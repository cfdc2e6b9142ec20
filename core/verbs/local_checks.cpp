#include "verbs/local_checks.hpp"

#include <algorithm>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>
#include <utility>

#include "store/backup.hpp"
#include "store/files.hpp"
#include "store/key.hpp"
#include "store/key_check.hpp"
#include "store/reserve.hpp"
#include "verbs/words.hpp"

namespace dragoman::verbs {

namespace {

using chat::Finding;
using chat::Findings;
using Grade = Finding::Grade;
using namespace std::chrono_literals;

// The loop, the database with its logs, name servers, the XMPP server, operators.
constexpr std::uint64_t files_of_our_own = 64;
constexpr std::uint64_t few_files = 4096;
// A clock before this is one that was never set.
constexpr Timestamp written{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};

Finding of_file(Grade grade, const std::string& subject, std::string text) { return {grade, subject, std::move(text)}; }

bool is_there(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

/// Files of one gateway belong to one user. One that root left behind locks the service out.
void check_owners(const store::Store::Options& options, Findings& findings) {
  struct stat folder {};
  const std::string folder_path = store::folder_of(options.path);
  if (::stat(folder_path.c_str(), &folder) != 0) return;
  for (const char* suffix : {"", "-wal", "-shm", ".lock", ".reserve"}) {
    const std::string path = options.path + suffix;
    struct stat file {};
    if (::stat(path.c_str(), &file) != 0 || file.st_uid == folder.st_uid) continue;
    findings.push_back(of_file(Grade::failed, "owner of " + path,
                               "it belongs to another user than its folder, so the gateway may not open it: chown "
                               "--reference=" +
                                   folder_path + " " + path));
  }
}

std::string describe_format(const store::Contents& contents) {
  if (contents.format == store::newest_format()) return "format " + std::to_string(contents.format);
  return "format " + std::to_string(contents.format) + " (the next start makes a copy and converts it to " +
         std::to_string(store::newest_format()) + ")";
}

/// Whether a transaction could be begun; none is left behind.
Result<void> try_to_write(store::Database& database) {
  auto done = database.execute("BEGIN IMMEDIATE");
  if (done) done = database.execute("ROLLBACK");
  return done;
}

Finding check_key(store::Database* database, const store::Store::Options& options) {
  const std::string subject = "key " + options.key_file;
  const auto key = store::Key::read(options.key_file);
  if (!key && key.error().fault != Fault::not_found) return of_file(Grade::failed, subject, key.error().text);
  const auto fit = database == nullptr ? Result<store::KeyFit>{store::KeyFit::not_needed}
                                       : store::key_fit(*database, key ? &*key : nullptr);
  if (!fit) return of_file(Grade::failed, subject, fit.error().text);
  switch (*fit) {
    case store::KeyFit::fits:
      return of_file(Grade::ok, subject, "it is the one of the database; keep a copy of both");
    case store::KeyFit::not_needed:
      return of_file(Grade::ok, subject, key ? "it is there" : "the first start makes it");
    case store::KeyFit::other:
      break;
  }
  return of_file(
      Grade::failed, subject,
      key ? "it is not the one that the database was encrypted with: restore that one, or check [store] path "
            "and key_file"
          : "it is missing, and the database was encrypted with it: restore it from a backup, or check "
            "[store] key_file");
}

Finding check_disk(const store::Store::Options& options) {
  const std::string folder = store::folder_of(options.path);
  const std::string subject = "disk of " + folder;
  const std::uint64_t free = store::free_bytes(folder);
  const std::string text = size_text(free) + " are free";
  if (free < store::room_for_messages) {
    return of_file(Grade::failed, subject,
                   text + "; below " + size_text(store::room_for_messages) +
                       " people's messages are refused: free some, or give [store] path another disk");
  }
  if (free < store::Reserve::room_needed) return of_file(Grade::warning, subject, text + ": soon it is full");
  return of_file(Grade::ok, subject, text);
}

void check_contents(store::Database& database, const std::string& subject, Timestamp now, StoreCheck& check) {
  Findings& findings = check.findings;
  const auto contents = store::look_into(database);
  if (!contents) return findings.push_back(of_file(Grade::failed, subject, contents.error().text));
  check.accounts = contents->accounts;
  findings.push_back(of_file(Grade::ok, subject,
                             describe_format(*contents) + ", " + counted(contents->messages, "message") + " (" +
                                 std::to_string(contents->waiting) + " waiting), " +
                                 counted(contents->accounts, "account")));
  const Timestamp newest{std::chrono::milliseconds{contents->newest_message}};
  if (newest > now + 1min) {
    findings.push_back(of_file(Grade::warning, "clock",
                               "the newest message is of " + time_text(newest) +
                                   ", which is still to come: was the clock set back? Histories are out of order "
                                   "until then"));
  }
}

}  // namespace

StoreCheck check_store(const store::Store::Options& options, Gateway gateway, Timestamp now) {
  StoreCheck check;
  Findings& findings = check.findings;
  const std::string subject = "database " + options.path;
  const std::string folder = store::folder_of(options.path);
  if (!is_there(folder)) {
    findings.push_back(of_file(Grade::failed, subject, "its folder is missing: mkdir -m 700 " + folder));
    return check;
  }
  check_owners(options, findings);
  if (!is_there(options.path)) {
    const bool may = ::access(folder.c_str(), W_OK | X_OK) == 0;
    findings.push_back(of_file(may ? Grade::ok : Grade::failed, subject,
                               may ? "the first start makes it"
                                   : "it is not there, and its folder may not be written to: check [store] path, and "
                                     "who runs this"));
    findings.push_back(check_key(nullptr, options));
    findings.push_back(check_disk(options));
    return check;
  }
  auto database = store::open_to_look(options.path);
  auto whole = database ? store::check_integrity(*database, false) : Result<void>{database.error()};
  // A gateway that runs writes, so it can; and it is not to wait for us.
  if (whole && gateway == Gateway::none) whole = try_to_write(*database);
  if (!whole) {
    findings.push_back(of_file(Grade::failed, subject, whole.error().text));
  } else {
    check_contents(*database, subject, now, check);
  }
  findings.push_back(check_key(whole ? &*database : nullptr, options));
  findings.push_back(check_disk(options));
  return check;
}

Findings check_machine(Timestamp now, std::int64_t accounts) {
  Findings findings;
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const std::uint64_t files = limit.rlim_max;  // the gateway raises its own limit up to this
  const std::uint64_t needed = static_cast<std::uint64_t>(std::max<std::int64_t>(accounts, 0)) + files_of_our_own;
  const std::string people =
      "enough for " + std::to_string(files > files_of_our_own ? files - files_of_our_own : 0) + " connected people";
  const std::string raise = ": raise it (LimitNOFILE in the unit, which has its own; `ulimit -Hn` in a shell)";
  if (files < needed) {
    findings.push_back({Grade::failed, "open files",
                        "the limit here is " + std::to_string(files) + ", and " + counted(accounts, "person") +
                            " have an account" + raise});
  } else {
    findings.push_back(
        {files < few_files ? Grade::warning : Grade::ok, "open files",
         "the limit here is " + std::to_string(files) + ", " + people + (files < few_files ? raise : "")});
  }
  timex state{};
  const int synchronised = ::adjtimex(&state);
  if (now < written) {
    findings.push_back({Grade::failed, "clock", "it says " + time_text(now) + ": set it, or certificates are refused"});
  } else if (synchronised == TIME_ERROR || (state.status & STA_UNSYNC) != 0) {
    findings.push_back({Grade::warning, "clock",
                        time_text(now) + ", but nothing keeps it right: install systemd-timesyncd or chrony (in a "
                                         "container: outside)"});
  } else {
    findings.push_back({Grade::ok, "clock", time_text(now) + ", synchronised"});
  }
  return findings;
}

}  // namespace dragoman::verbs
