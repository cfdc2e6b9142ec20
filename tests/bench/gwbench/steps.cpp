#include "steps.hpp"

#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "bench.hpp"

namespace bench {
namespace {

/// A refusal is an answer too.
bool answers(const Stanza& stanza, const Step& step) {
  const bool right_type = step.type == "*" || stanza.type == step.type || stanza.type == "error";
  return right_type && stanza.name == step.name && stanza.from.starts_with(step.from);
}

class Warmup {
 public:
  explicit Warmup(Bench& bench) : bench_(bench), step_(bench.users.size(), 0) {
    bench_.on_stanza = [this](std::size_t user, const Stanza& stanza) { receive(user, stanza); };
  }
  ~Warmup() { bench_.on_stanza = nullptr; }
  Warmup(const Warmup&) = delete;
  Warmup& operator=(const Warmup&) = delete;

  bool run() {
    start_more();
    const bool done = bench_.run_until([this] { return done_ == step_.size(); }, bench_.options.timeout);
    if (!done || errors_ != 0) {
      std::fprintf(stderr, "!! warm-up: %zu of %zu users done, %zu errors (%s)\n", done_, step_.size(), errors_,
                   bench_.last_error.c_str());
    }
    return done;
  }

 private:
  const std::vector<Step>& steps() const { return bench_.profile.warmup; }

  void start_more() {
    while (next_ < step_.size() && next_ - done_ < bench_.options.join_window) send_from(next_++);
  }

  /// Sends the user's step, and the ones behind it as long as nobody is to answer.
  void send_from(std::size_t user) {
    const Variables variables = bench_.variables_of(user);
    for (; step_[user] < steps().size(); ++step_[user]) {
      const Step& step = steps()[step_[user]];
      bench_.xmpp.send(substitute(step.send, variables));
      if (!step.name.empty()) return;
    }
    ++done_;
  }

  void receive(std::size_t user, const Stanza& stanza) {
    if (user >= next_ || step_[user] >= steps().size() || !answers(stanza, steps()[step_[user]])) return;
    if (stanza.type == "error") ++errors_;
    ++step_[user];
    send_from(user);
    start_more();
  }

  Bench& bench_;
  std::vector<std::size_t> step_;  // in hand, per user
  std::size_t next_ = 0;           // the first user who has not begun
  std::size_t done_ = 0;
  std::size_t errors_ = 0;
};

}  // namespace

void run_setup_steps(Bench& bench) {
  for (const Step& step : bench.profile.setup) {
    bool answered = step.name.empty();
    bench.on_stanza = [&](std::size_t, const Stanza& stanza) { answered = answered || answers(stanza, step); };
    bench.xmpp.send(substitute(step.send, bench.variables_of(0)));
    if (!bench.run_until([&] { return answered; }, step.timeout))
      std::fprintf(stderr, "!! setup step got no answer: %s\n", step.send.c_str());
    bench.on_stanza = nullptr;
  }
}

bool run_warmup(Bench& bench) { return bench.profile.warmup.empty() || Warmup(bench).run(); }

}  // namespace bench
