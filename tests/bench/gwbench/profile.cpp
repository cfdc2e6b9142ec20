#include "profile.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>

#include <nlohmann/json.hpp>

#include "../common/text.hpp"

namespace bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* muc_join =
    "<presence from='{full}' to='{channel_jid}/{nick}'><x xmlns='http://jabber.org/protocol/muc'>"
    "<history maxstanzas='0'/></x></presence>";

std::string text_of(const Json& value) {  // a string, or an array of lines
  if (value.is_string()) return value.get<std::string>();
  std::string text;
  for (const auto& line : value) text += line.get<std::string>() + "\n";
  return text;
}

std::vector<std::string> texts_of(const Json& profile, const char* key) {
  std::vector<std::string> texts;
  if (profile.contains(key))
    for (const auto& value : profile.at(key)) texts.push_back(text_of(value));
  return texts;
}

std::vector<std::pair<std::string, std::string>> pairs_of(const Json& profile, const char* key) {
  std::vector<std::pair<std::string, std::string>> pairs;
  if (profile.contains(key))
    for (const auto& [name, value] : profile.at(key).items()) pairs.emplace_back(name, text_of(value));
  return pairs;
}

std::vector<Step> steps_of(const Json& profile, const char* key) {
  std::vector<Step> steps;
  if (!profile.contains(key)) return steps;
  for (const auto& value : profile.at(key)) {
    Step step;
    step.send = value.at("send");
    step.timeout = value.value("timeout", step.timeout);
    if (value.contains("expect")) {
      const auto& answer = value.at("expect");
      step.name = answer.value("name", "iq");
      step.type = answer.value("type", "*");
      step.from = substitute(answer.value("from", ""), {{"domain", profile.at("domain").get<std::string>()}});
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

}  // namespace

std::string substitute(const std::string& text, const Variables& variables) {
  std::string out;
  out.reserve(text.size() + 64);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text[at] == '{' ? text.find('}', at) : std::string::npos;
    if (end != std::string::npos) {
      const auto name = std::string_view(text).substr(at + 1, end - at - 1);
      const auto known = [name](const auto& variable) { return variable.first == name; };
      const auto found = std::find_if(variables.begin(), variables.end(), known);
      if (found != variables.end()) {
        out += found->second;
        at = end + 1;
        continue;
      }
    }
    out += text[at++];
  }
  return out;
}

Profile load_profile(const std::string& path) {
  const std::string text = read_file(path);
  if (text.empty()) throw std::runtime_error("cannot read the profile " + path);
  const Json json = Json::parse(text, nullptr, true, true);
  Profile profile;
  profile.name = json.at("name");
  profile.domain = json.at("domain");
  profile.secret = json.value("secret", "secret");
  profile.irc_host = json.value("irc_host", "127.0.0.1");
  profile.channel_jid = json.at("channel_jid");
  profile.user_jid = json.at("user_jid");
  profile.join = json.value("join", muc_join);
  profile.irc_caps = json.value("irc_caps", "multi-prefix");
  profile.component_port = json.value("component_port", profile.component_port);
  profile.irc_port = json.value("irc_port", profile.irc_port);
  profile.files = pairs_of(json, "files");
  profile.prepare = texts_of(json, "prepare");
  profile.command = texts_of(json, "command");
  profile.env = pairs_of(json, "env");
  profile.setup = steps_of(json, "setup");
  profile.warmup = steps_of(json, "warmup");
  profile.reflects = json.value("reflects", profile.reflects);
  profile.stop_signal = json.value("stop_signal", profile.stop_signal);
  if (profile.command.empty()) throw std::runtime_error(path + " names no command");
  return profile;
}

}  // namespace bench
