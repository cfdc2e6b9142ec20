#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "config.hpp"
#include "exit_code.hpp"
#include "gateway/commands/word.hpp"
#include "verbs/control_client.hpp"
#include "verbs/makers.hpp"

// What the running gateway is asked or told over its socket. The words, their parameters and their help are those of
// gateway/commands/words.cpp; nothing of them is known here.

namespace dragoman::verbs {

namespace {

using gateway::commands::Word;
using Json = nlohmann::ordered_json;

constexpr int most_values = 64;  ///< of a parameter that takes several

/// What was written on the command line.
struct Line {
  std::string config, socket, network;
  bool json = false;
  struct Choice {
    const Word* word = nullptr;
    const CLI::App* command = nullptr;
    std::map<std::string, std::string> arguments;
  };
  std::vector<std::unique_ptr<Choice>> choices;  // their addresses are known to the options
};

void add_common(CLI::App& command, Line& line) {
  auto* config =
      command.add_option("--config", line.config, "The configuration of the gateway, which names its socket");
  command.add_option("--socket", line.socket, "The socket itself")->excludes(config);
  command.add_option("--network", line.network, "Only this network (its jid); without: all of them");
  command.add_flag("--json", line.json, "A line of JSON for each network, for scripts");
}

void add_parameters(CLI::App& command, const Word& word, Line& line) {
  auto& choice = *line.choices.emplace_back(std::make_unique<Line::Choice>());
  choice.word = &word;
  choice.command = &command;
  for (const Word::Parameter& parameter : word.parameters) {
    const std::string name = (parameter.is_option ? "--" : "") + parameter.name;
    auto* option = command.add_option(name, choice.arguments[parameter.name], parameter.description);
    // Without extra arguments CLI11 gives one alone to what stands in an order of its own.
    if (parameter.kind == chat::Field::Kind::lines) option->expected(1, most_values)->allow_extra_args()->join(' ');
    if (parameter.required) option->required();
  }
}

int exit_code_of(Fault fault) {
  if (fault == Fault::forbidden) return exit_code::no_permission;
  return fault == Fault::unavailable || fault == Fault::timeout ? exit_code::unavailable : exit_code::refused;
}

int fail(const Error& error) {
  std::fprintf(stderr, "%s\n", error.text.c_str());
  return exit_code_of(error.fault);
}

std::string request(const Line& line, const Line::Choice& choice) {
  Json json{{"word", choice.word->name}, {"text", !line.json}};
  Json arguments = Json::object();
  for (const auto& [name, value] : choice.arguments) {
    if (!value.empty()) arguments[name] = value;
  }
  if (!arguments.empty()) json["arguments"] = arguments;
  if (!line.network.empty()) json["network"] = line.network;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string string_at(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

/// Prints an answer; gives the exit code.
int show(const std::vector<std::string>& lines, bool as_json) {
  bool ok = false;
  int code = exit_code::refused;
  std::vector<Json> parts;
  for (const std::string& line : lines) {
    parts.push_back(Json::parse(line, nullptr, false));
    if (!parts.back().is_object()) return fail({Fault::unavailable, "The gateway said something that is no answer."});
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Json& json = parts[i];
    if (json.contains("done")) {
      ok = json.value("ok", false);
      continue;
    }
    const std::string network = string_at(json, "network");
    if (const auto error = json.find("error"); error != json.end() && error->is_object()) {
      if (string_at(*error, "fault") == to_string(Fault::forbidden)) code = exit_code::no_permission;
      std::fprintf(stderr, "%s%s\n", network.empty() ? "" : (network + ": ").c_str(),
                   string_at(*error, "text").c_str());
    }
    if (as_json) {
      std::printf("%s\n", lines[i].c_str());
    } else if (json.contains("text")) {
      // One part and the end are a network alone, which needs no name.
      if (parts.size() > 2 && !network.empty()) std::printf("%s%s\n", i == 0 ? "" : "\n", network.c_str());
      std::printf("%s", string_at(json, "text").c_str());
    }
  }
  return ok ? exit_code::ok : code;
}

int run(const Line& line, const Line::Choice& choice) {
  std::string socket = line.socket;
  if (socket.empty()) {
    if (line.config.empty()) return fail({Fault::unacceptable, "Say which gateway is meant: --config FILE"});
    // Whatever else may be wrong in the file: the gateway that runs was started before.
    const Config config = read_config(line.config);
    socket = config.admin.socket;
    if (socket.empty()) {
      const std::vector<std::string> problems = config.file.problems();
      for (const std::string& problem : problems) std::fprintf(stderr, "%s\n", problem.c_str());
      if (problems.empty()) {
        std::fprintf(stderr, "%s: this gateway has no socket, see [admin] in dragoman.toml(5)\n", line.config.c_str());
      }
      return exit_code::config;
    }
  }
  const auto answer = ask_gateway(socket, request(line, choice));
  return answer ? show(*answer, line.json) : fail(answer.error());
}

/// The choice that was made; behind a verb alone, what lists things.
const Line::Choice* chosen(const Line& line) {
  const Line::Choice* list = nullptr;
  for (const auto& choice : line.choices) {
    if (choice->command->parsed()) return choice.get();
    if (choice->word->name.ends_with(" list")) list = choice.get();
  }
  return list;
}

/// One word under a name of its own.
Action add_one(CLI::App& command, const char* name) {
  auto line = std::make_shared<Line>();  // shared by the options, which are read into it, and the action
  add_common(command, *line);
  add_parameters(command, *gateway::commands::find_word(name), *line);
  return [line] { return run(*line, *line->choices.front()); };
}

}  // namespace

Action add_operator(CLI::App& command) {
  const std::string verb = command.get_name();
  if (gateway::commands::find_word(verb) != nullptr) return add_one(command, verb.c_str());
  auto line = std::make_shared<Line>();  // shared by the options, which are read into it, and the action
  add_common(command, *line);
  for (const Word& word : gateway::commands::all_words()) {
    if (!word.name.starts_with(verb + ' ')) continue;
    CLI::App& inner = *command.add_subcommand(word.name.substr(verb.size() + 1), word.title);
    inner.fallthrough();  // --config and the like may stand behind it too
    add_parameters(inner, word, *line);
  }
  command.require_subcommand(0, 1);
  return [line] { return run(*line, *chosen(*line)); };
}

Action add_unban(CLI::App& command) { return add_one(command, "ban remove"); }
Action add_bans(CLI::App& command) { return add_one(command, "ban list"); }

}  // namespace dragoman::verbs
