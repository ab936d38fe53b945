// Captured text on its way to a terminal.

import Traffic

/// Makes captured text fit to print: no credentials, no control characters.
enum CapturedText {
    /// The text, its credentials masked unless `showSecrets`, and always escaped.
    static func shown(_ text: String, showSecrets: Bool) -> String {
        TerminalText.escaped(showSecrets ? text : Secrets.masked(text))
    }
}
