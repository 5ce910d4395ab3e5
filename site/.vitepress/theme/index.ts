import type { Theme } from 'vitepress'
import DefaultTheme from 'vitepress/theme-without-fonts'
import CgroupSwitch from '../../components/CgroupSwitch.vue'
import CopyCommands from '../../components/CopyCommands.vue'
import NamedPicture from '../../components/NamedPicture.vue'
import RecordedTour from '../../components/RecordedTour.vue'
import './style/colours.css'
import './style/home.css'
import './style/lesson.css'

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    for (const [name, component] of Object.entries({
      CgroupSwitch,
      CopyCommands,
      NamedPicture,
      RecordedTour,
    })) {
      app.component(name, component)
    }
  },
} satisfies Theme
