export { type AllowedHosts, allowsIp, allowsName, parseAllowedHosts } from './allowed-hosts.ts'
export { parseHostPort, writeHostPort } from './host-port.ts'
export { type Ip, type IpRange, inRange, parseIp, parseIpRange } from './ip.ts'
export { isPublic } from './public.ts'
