// The program: everything it does is in Commands.

import Commands

@main
enum Otatape {
    static func main() async {
        await Commands.run()
    }
}
