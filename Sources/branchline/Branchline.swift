@main
enum Branchline { static func main() {} }
