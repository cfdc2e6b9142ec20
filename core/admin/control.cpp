#include "admin/control.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "gateway/context.hpp"

namespace dragoman::admin {

namespace {

using Json = nlohmann::ordered_json;
using gateway::commands::Call;
using gateway::commands::Report;
using gateway::commands::Word;

constexpr int deepest = 2;  // {"arguments": {"jid": "..."}}

std::string line(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n'; }

std::string error_line(const std::string& network, const Error& error) {
  Json json = Json::object();
  if (!network.empty()) json["network"] = network;
  json["error"] = {{"fault", to_string(error.fault)}, {"text", error.text}};
  return line(json);
}

std::string end_line(bool ok) { return line({{"done", true}, {"ok", ok}}); }

Error malformed(const std::string& what) { return {Fault::malformed, "The request " + what + '.'}; }

}  // namespace

struct Control::Request {
  const Word* word = nullptr;
  chat::Fields arguments;
  std::string network;
  bool text = false;
};

Result<Control::Request> Control::read(std::string_view text) {
  const auto keep = [](int depth, Json::parse_event_t, Json&) { return depth <= deepest; };
  const Json json = Json::parse(text, keep, false);
  if (!json.is_object()) return malformed("is no line of JSON with an object");
  Request request;
  for (const auto& [key, value] : json.items()) {
    if (key == "word" && value.is_string()) {
      request.word = gateway::commands::find_word(value.get<std::string>());
      if (request.word == nullptr)
        return failure(Fault::not_found, "There is no word \"" + value.get<std::string>() + "\".");
    } else if (key == "network" && value.is_string()) {
      request.network = value.get<std::string>();
    } else if (key == "text" && value.is_boolean()) {
      request.text = value.get<bool>();
    } else if (key == "arguments" && value.is_object()) {
      for (const auto& [name, argument] : value.items()) {
        if (!argument.is_string()) return malformed("has an argument \"" + name + "\" that is no text");
        request.arguments.set(name, argument.get<std::string>());
      }
    } else {
      return malformed("has something that does not belong there: \"" + key + '"');
    }
  }
  if (request.word == nullptr) return malformed("has no \"word\"");
  if (auto fit = gateway::commands::check_arguments(*request.word, request.arguments); !fit) return fit.error();
  return request;
}

/// One request on its way through the program and the networks, one after the other.
struct Control::Talk {
  Request request;
  std::string by;
  std::function<void(std::string)> reply;
  std::vector<std::string> networks;  // still to be asked, the next one last
  bool program_asked = false;
  struct Answer {
    std::string network;
    Result<Report> result;
  };
  std::vector<Answer> answers;
};

void Control::handle(std::string_view request, const std::string& by, std::function<void(std::string)> reply) {
  auto asked = read(request);
  if (!asked) return reply(error_line({}, asked.error()) + end_line(false));
  // Shared by the answers of the networks, which may come later; the last one ends it.
  auto talk = std::make_shared<Talk>();
  talk->request = std::move(*asked);
  talk->by = by;
  talk->reply = std::move(reply);
  talk->networks = networks_();
  const std::string& wanted = talk->request.network;
  if (!wanted.empty()) {
    if (std::find(talk->networks.begin(), talk->networks.end(), wanted) == talk->networks.end()) {
      const Error error{Fault::not_found, "There is no network " + wanted + " in the configuration."};
      return talk->reply(error_line({}, error) + end_line(false));
    }
    talk->networks = {wanted};
  }
  std::reverse(talk->networks.begin(), talk->networks.end());
  go_on(talk);
}

void Control::go_on(const std::shared_ptr<Talk>& talk) {
  const Word& word = *talk->request.word;
  const bool program = !std::exchange(talk->program_asked, true) && word.of_program != nullptr;
  gateway::Context* context = nullptr;
  std::string network;
  if (program) {
    for (const std::string& any : networks_()) {
      if (context == nullptr) context = find_(any);
    }
  } else if (word.of_network != nullptr) {
    while (context == nullptr && !talk->networks.empty()) {
      network = std::move(talk->networks.back());
      talk->networks.pop_back();
      context = find_(network);
    }
  }
  if (context == nullptr) return talk->reply(answer_of(*talk));
  Call call{*context, talk->request.arguments, talk->by,
            [this, talk, network, alive = std::weak_ptr<bool>{alive_}](Result<Report> result) {
              if (alive.expired()) return;
              talk->answers.push_back({network, std::move(result)});
              go_on(talk);
            }};
  (program ? word.of_program : word.of_network)(std::move(call));
}

std::string Control::answer_of(const Talk& talk) {
  const bool some = std::any_of(talk.answers.begin(), talk.answers.end(),
                                [](const Talk::Answer& each) { return each.result.has_value(); });
  bool ok = some;
  std::string lines;
  std::vector<std::string> told;  // what several networks refuse with the same words is one error
  for (const auto& [network, result] : talk.answers) {
    if (!result) {
      // A person is usually at one network only: that the others do not know them is no failure.
      if (some && result.error().fault == Fault::not_found) continue;
      ok = false;
      if (std::find(told.begin(), told.end(), result.error().text) != told.end()) continue;
      told.push_back(result.error().text);
      lines += error_line(network, result.error());
    } else if (talk.request.text) {
      Json json = Json::object();
      if (!network.empty()) json["network"] = network;
      json["text"] = to_text(*result);
      lines += line(json);
    } else {
      lines += to_json(*result, network) + '\n';
    }
  }
  return lines + end_line(ok);
}

}  // namespace dragoman::admin
