#include "backends/echo/dialog.hpp"

#include <utility>

#include "backends/echo/network.hpp"

namespace dragoman::backends::echo {

namespace {

chat::Form ask_word(std::string now) {
  chat::Form form;
  form.title = "What to say";
  form.more = true;
  form.fields.push_back({chat::Field::Kind::text, "word", "A word", {}, {std::move(now)}, {}, true});
  return form;
}

chat::Form ask_times() {
  chat::Form form;
  form.title = "How often";
  form.back = true;
  form.fields.push_back({chat::Field::Kind::number, "times", "Times", {}, {"2"}, {}, true, 1, 9});
  return form;
}

}  // namespace

Practice::Practice(net::Loop& loop, Show show)
    : show_(std::move(show)),
      soon_(loop.gate(),
            [this] {
              // The dialog may be over when this returns, and what it calls with it.
              const Show shown = show_;
              const chat::Step step = std::move(*std::exchange(step_, {}));
              shown(step);
            }),
      listened_(loop.timers()) {
  say(ask_word({}));
}

void Practice::submit(const chat::Fields& answers) {
  if (word_.empty()) {
    if (answers.get("word").find(' ') != std::string::npos) {
      return say(chat::Refused{Fault::unacceptable, "word", "One word, please."});
    }
    word_ = answers.get("word");
    return say(ask_times());
  }
  std::string said;
  for (int i = std::stoi(answers.get("times")); i > 0; --i) said += said.empty() ? word_ : ' ' + word_;
  say(chat::Wait{"Listen to the mountain.", "https://mountain.example/listen", "E-C-H-O"});
  listened_.set_after(std::chrono::seconds{1}, [this, said] { say(chat::Finished{said, {}, false}); });
}

void Practice::back() { say(ask_word(std::exchange(word_, {}))); }

void Practice::cancel() { listened_.clear(); }

void Practice::say(chat::Step step) {
  step_ = std::move(step);
  soon_.arm();
}

std::vector<chat::DialogOffer> Network::dialogs() const {
  return {{"practise", "Practise", chat::DialogOffer::Audience::anybody}};
}

std::unique_ptr<chat::Dialog> Network::open_dialog(const std::string&, const chat::Account&, chat::Dialog::Show show) {
  return std::make_unique<Practice>(services_.loop, std::move(show));
}

}  // namespace dragoman::backends::echo
