#include "gateway/commands/operator_word.hpp"

namespace dragoman::gateway::commands {

namespace {

/// That of the program and that of this network as one.
class OperatorWord final : public Command {
 public:
  OperatorWord(Opening opening, const Word& word) : Command(std::move(opening)), word_(word) {
    if (word_.parameters.empty()) {
      submit({});
      return;
    }
    chat::Form form;
    form.title = word_.title;
    for (const Word::Parameter& parameter : word_.parameters) {
      form.fields.push_back(
          make_field(parameter.kind, parameter.name, parameter.name, parameter.description, parameter.required));
    }
    show(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    arguments_ = answers;
    if (const auto fit = check_arguments(word_, arguments_); !fit) return refuse({}, fit.error().text);
    report_ = {};
    if (word_.of_program != nullptr) return say(word_.of_program, [this](const Report& report) { on_program(report); });
    on_program({});
  }

 private:
  void on_program(const Report& report) {
    report_ = report;
    if (word_.of_network == nullptr) return on_network({});
    say(word_.of_network, [this](const Report& of_network) { on_network(of_network); });
  }
  void on_network(const Report& report) {
    if (!report.said.empty()) report_.said = report.said;
    report_.facts.insert(report_.facts.end(), report.facts.begin(), report.facts.end());
    report_.tables.insert(report_.tables.end(), report.tables.begin(), report.tables.end());
    finish(report_.said, to_form(report_, word_.title));
  }
  void say(void (*function)(Call), std::function<void(const Report&)> answered) {
    std::function<void(Result<Report>)> answer = [this, answered = std::move(answered)](const Result<Report>& result) {
      if (!result) return refuse({}, result.error().text);
      answered(*result);
    };
    function({context(), arguments_, asker().bare().str(), guarded(std::move(answer))});
  }

  const Word& word_;
  chat::Fields arguments_;
  Report report_;
};

}  // namespace

std::unique_ptr<chat::Dialog> make_operator_word(Opening opening, const Word& word) {
  return std::make_unique<OperatorWord>(std::move(opening), word);
}

std::string usage_of(const Word& word) {
  std::string usage;
  for (const Word::Parameter& parameter : word.parameters) {
    usage += (usage.empty() ? "" : " ") + (parameter.required ? parameter.name : '[' + parameter.name + ']');
  }
  return usage;
}

}  // namespace dragoman::gateway::commands
