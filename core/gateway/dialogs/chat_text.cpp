#include "gateway/dialogs/chat_text.hpp"

#include "gateway/dialogs/answers.hpp"
#include "xmpp/jid.hpp"

namespace dragoman::gateway::dialogs {

namespace {

void add_line(std::string& text, const std::string& line) {
  if (line.empty()) return;
  if (!text.empty()) text += '\n';
  text += line;
}

}  // namespace

std::string help_text(const std::vector<Offer>& offers, std::string_view about) {
  std::string text{about};
  std::vector<std::string> groups;
  std::vector<std::string> names;
  for (const Offer& offer : offers) {
    if (!offer.refusal.empty()) continue;
    std::size_t group = 0;
    while (group < groups.size() && groups[group] != offer.group) ++group;
    if (group == groups.size()) {
      groups.push_back(offer.group);
      names.emplace_back();
    }
    names[group] += (names[group].empty() ? "" : ", ") + offer.name;
  }
  for (std::size_t i = 0; i < groups.size(); ++i) add_line(text, groups[i] + ": " + names[i]);
  add_line(text, "\"help join\" explains a command, \"cancel\" ends a question.");
  return text;
}

std::string help_text(const Offer& offer, std::string_view service) {
  std::string text = offer.name;
  if (!offer.usage.empty()) text += ' ' + offer.usage;
  text += ": " + offer.title;
  if (!offer.refusal.empty()) return text + "\n" + offer.refusal;
  return text + "\nAs a form: " + xmpp::to_command_uri(service, offer.node);
}

std::string table_text(const chat::Form& form) {
  std::string text;
  for (const chat::Field& field : form.fields) {
    if (field.kind == chat::Field::Kind::hidden) continue;
    std::string values;
    for (const std::string& value : field.values) values += (values.empty() ? "" : ", ") + value;
    const bool bare = field.kind == chat::Field::Kind::fixed;
    add_line(text, bare ? values : label_of(field) + ": " + values);
  }
  for (const std::vector<std::string>& row : form.rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (row[i].empty()) continue;
      line += (line.empty() ? "" : i == 1 ? " - " : ", ") + row[i];
    }
    add_line(text, line);
  }
  return text;
}

std::string result_text(const chat::Finished& finished) {
  std::string text = finished.text;
  add_line(text, table_text(finished.result));
  return text;
}

std::string wait_text(const chat::Wait& wait) {
  std::string text = wait.text;
  add_line(text, wait.uri);
  if (!wait.code.empty()) add_line(text, "Code: " + wait.code);
  return text;
}

}  // namespace dragoman::gateway::dialogs
