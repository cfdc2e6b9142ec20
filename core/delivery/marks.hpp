#pragma once

#include <vector>

#include "base/gate.hpp"
#include "delivery/flight.hpp"
#include "store/store.hpp"

namespace dragoman::delivery {

/// Evidence that a network took a message, written down only after what tells the sender (the reflection, the receipt)
/// may leave: a transaction that held both the evidence and other rows of the turn would be durable before its output
/// is written, and a crash in between would leave a sender who is never told. Costs at most that the few messages in
/// flight are said twice.
class Marks {
 public:
  Marks(store::Store& store, Gate& gate) : store_(store), gate_(gate), one_more_turn_(gate, [] {}) {}
  Marks(const Marks&) = delete;
  Marks& operator=(const Marks&) = delete;

  /// What those who share this have given to their networks.
  Flight& flight() { return flight_; }

  void add(store::Evidence evidence) {
    if (evidence_.empty()) gate_.when_durable([this] { flush(); });
    evidence_.push_back(std::move(evidence));
  }
  /// At once; before a clean stop.
  void flush() {
    for (store::Evidence& each : evidence_) store_.mark(std::move(each));
    evidence_.clear();
    one_more_turn_.arm();  // this one's transaction is made already, and an idle loop would keep them for ever
  }

 private:
  store::Store& store_;
  Gate& gate_;  // its actions are dropped with the loop, before this goes
  Gate::Hook one_more_turn_;
  std::vector<store::Evidence> evidence_;
  Flight flight_;
};

}  // namespace dragoman::delivery
