#pragma once

#include <functional>
#include <thread>

namespace dragoman::store {

/// A thread that no signal interrupts: they all go to the loop's thread, which knows what to do.
std::thread quiet_thread(std::function<void()> work);

}  // namespace dragoman::store
