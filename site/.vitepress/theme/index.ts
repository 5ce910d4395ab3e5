import type { Theme } from 'vitepress'
import DefaultTheme from 'vitepress/theme-without-fonts'
import CgroupSwitch from '../../components/CgroupSwitch.vue'
import CopyCommands from '../../components/CopyCommands.vue'
import RecordedTour from '../../components/RecordedTour.vue'
import './style/colours.css'
import './style/home.css'
import './style/lesson.css'

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component('CgroupSwitch', CgroupSwitch)
    app.component('CopyCommands', CopyCommands)
    app.component('RecordedTour', RecordedTour)
  },
} satisfies Theme
