// Colour for terminals, only when it is asked for.

import Rainbow

/// Colours text, or leaves it alone.
///
/// Rainbow's codes are used without its global switch, which guesses by the process's own output.
struct Paint {
    let isOn: Bool

    func good(_ text: String) -> String { painted(text, NamedColor.green) }
    func bad(_ text: String) -> String { painted(text, NamedColor.red) }
    func doubtful(_ text: String) -> String { painted(text, NamedColor.yellow) }
    func strong(_ text: String) -> String { painted(text, Style.bold) }
    func faint(_ text: String) -> String { painted(text, Style.dim) }

    private func painted(_ text: String, _ mode: some ModeCode) -> String {
        guard isOn, !text.isEmpty else { return text }
        let codes = mode.value.map(String.init).joined(separator: ";")
        return "\u{1B}[\(codes)m\(text)\u{1B}[\(Style.default.rawValue)m"
    }
}
