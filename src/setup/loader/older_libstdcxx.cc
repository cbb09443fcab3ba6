// A function of libstdc++ that compilers call since GCC 11. Defined here, the binding also loads where libstdc++ is older, although a newer
// compiler built it.
#if defined(__GLIBCXX__) || defined(__linux__)
#include <cstdlib>

namespace std {
[[noreturn]] __attribute__((visibility("hidden"))) void __throw_bad_array_new_length() { abort(); }
}  // namespace std
#endif
