#pragma once

#include "store/message.hpp"

namespace dragoman::delivery {

/// That one row has this state from now on.
inline store::Evidence evidence_of(store::RowId row, store::State state) {
  store::Evidence evidence;
  evidence.first = evidence.last = row;
  evidence.state = state;
  return evidence;
}

}  // namespace dragoman::delivery
