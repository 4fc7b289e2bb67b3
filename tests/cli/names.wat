;; names.wat: mangled names of C++ and Rust, and a plain one, on the stack of a trap.
(module
  (func $_ZN3geo6Circle4areaEd (result i32) (unreachable))
  (func $_RNvNtCs1234_7mycrate3foo3bar (result i32) (call $_ZN3geo6Circle4areaEd))
  (func $plain (export "run") (result i32) (call $_RNvNtCs1234_7mycrate3foo3bar)))
