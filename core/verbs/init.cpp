#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <pwd.h>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/random.hpp"
#include "base/text.hpp"
#include "exit_code.hpp"
#include "store/files.hpp"
#include "store/key.hpp"
#include "verbs/init_answers.hpp"
#include "verbs/init_text.hpp"
#include "verbs/makers.hpp"
#include "verbs/words.hpp"

namespace dragoman::verbs {

namespace {

constexpr const char* configuration_folder = "/etc/dragoman";
constexpr const char* state_folder = "/var/lib/dragoman";
constexpr const char* service_user = "dragoman";

struct InitOptions {
  std::string output;
  bool force = false, take_proposals = false;
  std::vector<std::string> given;  ///< an answer for each question; empty: it is asked
};

bool may_write_to(const char* folder) { return ::access(folder, W_OK | X_OK) == 0; }

std::string usual_output() {
  return may_write_to(configuration_folder) ? std::string{configuration_folder} + "/irc.toml" : "dragoman.toml";
}

Surroundings look_around(const std::string& output) {
  Surroundings around;
  char name[256] = {};
  if (::gethostname(name, sizeof name - 1) == 0) around.host_name = text::ascii_lower(name);
  around.has_prosody = ::access("/etc/prosody", F_OK) == 0;
  around.has_ejabberd = ::access("/etc/ejabberd", F_OK) == 0;
  around.stem = std::filesystem::path{output}.stem().string();
  if (may_write_to(state_folder) || ::geteuid() == 0) {
    around.data_folder = state_folder;
  } else {
    const char* home = std::getenv("HOME");
    around.data_folder = std::string{home == nullptr ? "." : home} + "/.local/share/dragoman";
  }
  return around;
}

/// Asks on standard error, reads from standard input, again until the answer is good. False: the answers have ended.
bool ask(const Question& question, const std::string& proposal, Answers& answers) {
  for (;;) {
    std::fprintf(stderr, "%d/5 %s%s: ", question.number, question.words,
                 proposal.empty() ? "" : (" [" + proposal + "]").c_str());
    std::string line;
    if (!std::getline(std::cin, line)) {
      std::fprintf(stderr, "\nThe answers have ended before the last question; nothing was written\n");
      return false;
    }
    const std::string typed{text::trim(line)};
    const auto read = question.read(typed.empty() ? proposal : typed, answers);
    if (read) return true;
    std::fprintf(stderr, "    %s\n", read.error().text.c_str());
  }
}

/// Who names an IRC server or a homeserver has said which network it is.
InitOptions with_network(InitOptions options) {
  const auto given = [&options](std::string_view option) -> std::string& {
    std::size_t i = 0;
    while (option != questions()[i].option) ++i;
    return options.given[i];
  };
  if (!given("--network").empty()) return options;
  if (!given("--homeserver").empty()) given("--network") = "matrix";
  if (!given("--irc-server").empty()) given("--network") = "irc";
  return options;
}

bool collect(const InitOptions& options, const Surroundings& around, Answers& answers) {
  for (std::size_t i = 0; i < options.given.size(); ++i) {
    const Question& question = questions()[i];
    if (question.is_asked != nullptr && !question.is_asked(answers)) {
      if (options.given[i].empty()) continue;
      std::fprintf(stderr, "%s: this is not for the network that --network names\n", question.option);
      return false;
    }
    const std::string proposal = question.proposal(around, answers);
    std::string answer = options.given[i];
    if (answer.empty() && options.take_proposals) answer = proposal;
    if (answer.empty() && !options.take_proposals) {
      if (!ask(question, proposal, answers)) return false;
      continue;
    }
    if (const auto read = question.read(answer, answers); !read) {
      std::fprintf(stderr, "%s: %s\n", question.option, read.error().text.c_str());
      return false;
    }
  }
  return true;
}

/// Makes the folders that are missing, for us alone; as root for the user of the service, if there is one.
Result<void> make_folder(const std::string& folder) {
  if (::access(folder.c_str(), F_OK) == 0) return {};
  if (const std::string parent = store::folder_of(folder); parent != folder) {
    if (auto done = make_folder(parent); !done) return done;
  }
  const passwd* user = ::geteuid() == 0 ? ::getpwnam(service_user) : nullptr;
  const bool made = ::mkdir(folder.c_str(), 0700) == 0 &&
                    (user == nullptr || ::chown(folder.c_str(), user->pw_uid, user->pw_gid) == 0);
  if (made) return {};
  return failure(Fault::storage, folder + ": the folder cannot be made: " + std::generic_category().message(errno));
}

/// The key that is there, or a new one.
Result<void> provide_key(const std::string& path) {
  const auto present = store::Key::read(path);
  if (present) return {};
  if (present.error().fault != Fault::not_found) return present.error();
  SystemRandom random;
  if (const auto made = store::Key::create(path, random); !made) return made.error();
  return {};
}

/// 0600; in a folder of root's that a group may read (the package's: root:dragoman), for that group too.
Result<void> write_configuration(const std::string& path, const std::string& text) {
  if (auto done = store::write_private(path, text, store::Owner::of_folder); !done) return done;
  struct stat folder {};
  const bool for_group = ::geteuid() == 0 && ::stat(store::folder_of(path).c_str(), &folder) == 0 &&
                         folder.st_uid == 0 && folder.st_gid != 0;
  if (!for_group) return {};
  if (::chown(path.c_str(), 0, folder.st_gid) == 0 && ::chmod(path.c_str(), 0640) == 0) return {};
  return failure(Fault::storage, path + ": its group cannot be set: " + std::generic_category().message(errno));
}

std::string start_command(const std::string& path) {
  const std::filesystem::path file{path};
  if (file.parent_path() == configuration_folder && file.extension() == ".toml") {
    return "systemctl enable --now dragoman@" + file.stem().string();
  }
  return "dragoman --config " + path;
}

int init(const InitOptions& options) {
  const std::string path = std::filesystem::absolute(options.output.empty() ? usual_output() : options.output).string();
  if (!options.force && ::access(path.c_str(), F_OK) == 0) {
    return report({Fault::unacceptable, path +
                                            ": there is such a file, and it is kept; name another one with --output, "
                                            "or add --force to replace it"});
  }
  if (!may_write_to(store::folder_of(path).c_str())) {
    return report({Fault::unacceptable, store::folder_of(path) +
                                            ": this folder is not there or may not be written to; name another file "
                                            "with --output, or run this as root"});
  }
  Answers answers;
  if (!collect(with_network(options), look_around(path), answers)) return exit_code::config;

  SystemRandom random;
  const Secret<std::string> secret{random.hex(32)};
  auto done = make_folder(store::folder_of(answers.database));
  if (done) done = provide_key(answers.database + ".key");
  if (done) done = write_configuration(path, configuration_text(answers, secret));
  if (!done) return report(done.error());

  // To standard output goes what is for the XMPP server, and nothing else.
  std::fprintf(stderr, "\n");
  std::printf("%s", server_snippet(answers, secret).c_str());
  std::fflush(stdout);
  std::fprintf(stderr,
               "\nWritten: %s, with the secret of the component\n"
               "         %s.key, the key of people's passwords\n\n"
               "Next:\n"
               "  1. %s\n"
               "  2. dragoman check --config %s\n"
               "  3. %s\n",
               path.c_str(), answers.database.c_str(), server_steps(answers).c_str(), path.c_str(),
               start_command(path).c_str());
  return exit_code::ok;
}

}  // namespace

Action add_init(CLI::App& command) {
  // Shared by CLI11, which writes into it while it parses, and the action.
  const auto options = std::make_shared<InitOptions>();
  options->given.resize(questions().size());
  command.add_option("--output", options->output, "The configuration file to write");
  command.add_flag("--force", options->force, "Replace it when it is there");
  command.add_flag("--yes", options->take_proposals, "Ask nothing: take the proposal where no option answers");
  for (std::size_t i = 0; i < questions().size(); ++i) {
    command.add_option(questions()[i].option, options->given[i], questions()[i].words);
  }
  return [options] { return init(*options); };
}

}  // namespace dragoman::verbs
