import MoltTestKit

/// Whether the interpreter of the differential tests has Django and the packages of its hashers.
enum DjangoOracle {
  static let hint = PythonOracle.hint + " with Django, argon2-cffi, bcrypt and PyJWT"

  static let isAvailable: Bool =
    PythonOracle.interpreter != nil && (try? PythonOracle.run("auth_packages.py", [])) != nil
}
