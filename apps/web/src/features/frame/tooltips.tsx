export { TooltipLayer as default } from '@berth/ui'
