// What is known of platforms beside what they say on the wire. dialects.md §1.7, §2, §3.1.

import Traffic

/// How a dialect's own platform judges, where its source is known.
struct KnownPlatform {
    /// How long after the offer a result still counts.
    let deadline: Duration?
    /// How far a device's clock may be off before it cannot log in.
    let loginTolerance: Duration?
    /// Whether it keeps rows by the device's clock beside rows by its own, and drops what its strict reader refuses.
    let isStrict: Bool

    /// The platform of a dialect; `nil` where nothing is known of it.
    init?(_ dialect: String) {
        if dialect.hasPrefix("iot-cloud-ota") {
            deadline = .seconds(600)
            loginTolerance = nil
            isStrict = true
        } else if dialect.hasPrefix("jetlinks") {
            deadline = nil
            loginTolerance = .seconds(300)
            isStrict = false
        } else {
            return nil
        }
    }
}
